"""Programme A's year up to a point, over the bus, for tests that need a world in which something has happened."""
from jiedui_world import BT, BY, REGION, reg

PROGRAMME, YEAR = "nmg-framework", "2016-2017"


def agreement(world):
    """The framework agreement, signed and effective; its id."""
    parties = [reg.AgreementParty(institution=world.id_of(BT), role="PARTY_A"),
               reg.AgreementParty(institution=world.id_of(BY), role="PARTY_B")]
    made = world.do("baotou", "registry", "DraftAgreement", programme=PROGRAMME, mode="FRAMEWORK", title="友好合作框架协议",
                    doc_no="包教协〔2016〕1号", parties=parties, valid={"from": "2016-08-17"}).id
    world.do("baotou", "registry", "SubmitAgreement", id=made)
    for who, role in (("baotou", "PARTY_A"), ("bayannur", "PARTY_B")):
        world.do(who, "registry", "ApproveAgreement", id=made)
    for who, role in (("baotou", "PARTY_A"), ("bayannur", "PARTY_B")):
        world.do(who, "registry", "SignAgreement", id=made, role=role, signed_on="2016-08-17")
    return made


def pairs(world, under):
    world.set_clock("2016-08-18")
    world.text("baotou", "partnership", "import", REGION / "pairs.csv", "--agreement", under)
    world.settle()


def plan(world, under):
    """The needs plan of retired teachers, approved for 16; its id."""
    made = world.text("bayannur", "-q", "plan", "draft", REGION / "plan-2016.csv", "--agreement", under, "--measure",
                      "retired_teaching", "--year", YEAR, "--owner", BY).strip()
    world.do("bayannur", "dispatch", "SubmitPlan", id=made)
    world.do("bayannur", "dispatch", "VerifyPlan", id=made)
    world.text("nmg", "plan", "verify", made, REGION / "plan-2016-verified.csv")
    return made


def postings(world, under, planned):
    """The 16 postings that the match proposes, accepted on both sides; their ids."""
    world.text("baotou", "candidate", "import", REGION / "candidates-2016.csv", "--agreement", under, "--measure",
               "retired_teaching", "--period", YEAR, "--by", BT)
    run = world.do("bayannur", "dispatch", "RunMatch", plan=planned, period={"from": "2016-09-01"}).run.id
    made = list(world.do("bayannur", "dispatch", "AdoptMatch", id=run, period={"from": "2016-09-01"}).assignments)
    for one in made:
        world.do("persons", "dispatch", "AcceptAssignment", id=one, as_person=True)
        world.do("baotou-schools", "dispatch", "AcceptAssignment", id=one, as_home=True)
    return made


def approved(world):
    """All of it: (agreement, plan, ids of the approved postings)."""
    under = agreement(world)
    pairs(world, under)
    planned = plan(world, under)
    made = postings(world, under, planned)
    for one in made:
        world.do("baotou", "dispatch", "ApproveAssignment", id=one)
    world.settle()
    return under, planned, made


def notices(world):
    """(event, subject) of every notice, sorted: a repeated one would stand twice."""
    world.settle()
    return sorted((n.event, n.subject) for n in world.pages("nmg", "notify", "ListNotices"))


def records(world):
    """What the three daemons hold, for comparing before and after."""
    held = {}
    for who, area, method in (("nmg", "registry", "ListInstitutions"), ("nmg", "registry", "ListAgreements"),
                              ("nmg", "registry", "ListPartnerships"), ("nmg", "dispatch", "ListPlans"),
                              ("nmg", "dispatch", "ListAssignments"), ("nmg", "notify", "ListNotices")):
        held[method] = [row.SerializeToString() for row in world.pages(who, area, method)]
    held["candidates"] = len(world.pages("nmg", "dispatch", "ListCandidates"))
    return held


