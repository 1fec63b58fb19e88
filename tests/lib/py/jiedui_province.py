"""A made-up province for one year of its successions: institutions as the registry imports them, partnerships among part of
them, a list of changes with its decisions, and a plain model of what becomes of each link.

The counties of deploy/regions/jl are real; further ones, all schools, persons and changes are made up. The same size gives the
same province. Rules as in deploy/programmes/b_jiaolianti.yaml; what the model says of them is PN-01, PN-02, PN-03, AG-02.
"""
import csv
import datetime
import random

DEPARTMENT = "BUR-220000"
COUNTY_SCHOOLS = 100  # a county: 60 primary schools, 20 teaching points of them, 20 junior schools
PRIMARIES, POINTS = 60, 20
NAMES = "春夏秋冬东西南北金木水火明德至善博文启航育才新华和平"
TOWN = ("CITY", "COUNTY_SEAT")
WORDS = {"MERGE": "合并", "TEACHING_POINT": "教学点", "CLOSE": "撤销", "RESTORE": "恢复", "RENAME": "更名",
         "SUCCESSOR": "承接", "LEAVE": "退出", "END": "终止", "KEEP": "保留", "": ""}
LIVE = ("ACTIVE", "CAMPUS", "TEACHING_POINT")


class Unit:
    def __init__(self, code, name, county, division, place, stage, campus_of=""):
        self.code, self.name, self.county, self.division = code, name, county, division
        self.place, self.stage, self.campus_of = place, stage, campus_of
        self.status = "CAMPUS" if campus_of else "ACTIVE"
        self.successors, self.former = [], []

    @property
    def live(self):
        return self.status in LIVE


class Pairing:
    def __init__(self, mode, name, members):
        self.mode, self.name, self.members = mode, name, members  # [(role, code)]
        self.dissolved, self.broken, self.broken_since, self.told = False, [], "", []

    def role_of(self, code):
        return next((role for role, party in self.members if party == code), None)


class Province:
    def __init__(self, source, units, changes, seed=22):
        self.random = random.Random(seed)
        self.units, self.pairings, self.persons = {}, [], {}  # persons: number -> [home, left]
        self.divisions, self.counties = [], []
        self.make_divisions(source, -(-units // COUNTY_SCHOOLS))
        for at, county in enumerate(self.counties):
            self.make_schools(county, min(COUNTY_SCHOOLS, units - at * COUNTY_SCHOOLS))
            self.make_pairings(county)
        self.make_persons()
        self.member_of = {}
        for pairing in self.pairings:
            for _, code in pairing.members:
                self.member_of.setdefault(code, []).append(pairing)
        self.staff, self.points = {}, {}
        for number, (home, _) in self.persons.items():
            self.staff.setdefault(home, set()).add(number)
        for unit in self.units.values():
            self.points.setdefault(unit.campus_of, set()).add(unit.code)
        self.registered = {code: (u.name, u.county, u.division, u.place, u.stage, u.campus_of) for code, u in self.units.items()}
        self.homes = {number: home for number, (home, _) in self.persons.items()}
        self.established = [list(p.members) for p in self.pairings]
        self.rows, self.rejects = [], []
        self.make_changes(changes)

    # --- what there is on the first day

    def make_divisions(self, source, n_counties):
        with open(source / "deploy/regions/jl/divisions.csv", encoding="utf-8", newline="") as file:
            real = [(row["code"], row["name"]) for row in csv.DictReader(file)]
        counties = [code for code, _ in real if len(code) == 6][:n_counties]
        self.divisions = [row for row in real if len(row[0]) < 6 or row[0][:6] in counties]
        while len(counties) < n_counties:
            city, at = divmod(len(counties), 20)
            code = f"229{city + 1}{at + 21}"
            if at == 0 or code[:4] not in (row[0] for row in self.divisions):
                self.divisions.append((code[:4], f"虚设{city + 1}市"))
            self.divisions.append((code, f"虚设{city + 1}市第{at + 1}县"))
            self.divisions += [(f"{code}{100 + i}", f"第{i + 1}乡") for i in range(9)]
            counties.append(code)
        self.counties = counties

    def make_schools(self, county, n):
        homes = [code for code, _ in self.divisions if len(code) == 9 and code[:6] == county]
        primaries = min(PRIMARIES, n)
        for i in range(primaries):
            place = "COUNTY_SEAT" if i < 6 else "TOWNSHIP" if i < 30 else "VILLAGE"
            self.add(f"21{county}{i:02}", f"{NAMES[i % 26]}{NAMES[i * 7 % 26]}小学{i}", county, homes[i % len(homes)], place, "PRIMARY")
        for i in range(max(0, min(POINTS, n - primaries))):
            main = self.units[f"21{county}{6 + i:02}"]
            self.add(f"21{county}{PRIMARIES + i:02}", f"{main.name}教学点", county, main.division, "VILLAGE", "PRIMARY", main.code)
        for i in range(max(0, n - primaries - POINTS)):
            self.add(f"31{county}{i:02}", f"{NAMES[i % 26]}{NAMES[i * 3 % 26]}中学{i}", county, homes[i % len(homes)],
                     "COUNTY_SEAT" if i < 4 else "TOWNSHIP", "JUNIOR")

    def add(self, code, *fields):
        self.units[code] = Unit(code, *fields)

    def make_pairings(self, county):
        """Six joint developments of primary schools, each school in one; three collaborations led by junior schools."""
        of = lambda first, last, prefix: [c for c in (f"{prefix}{county}{i:02}" for i in range(first, last)) if c in self.units]
        members = of(6, PRIMARIES, "21")
        self.random.shuffle(members)
        for core in of(0, 6, "21"):
            taken = [members.pop() for _ in range(min(len(members), self.random.randint(1, 5)))]
            if taken:
                self.pairings.append(Pairing("COBUILD", f"{core}教联体", [("CORE", core)] + [("MEMBER", code) for code in taken]))
        others = members[:12] + of(4, 20, "31")
        for core in of(0, 3, "31"):
            taken = self.random.sample(others, min(len(others), self.random.randint(1, 4)))
            if taken:
                self.pairings.append(Pairing("COLLAB", f"{core}协作体", [("CORE", core)] + [("MEMBER", code) for code in taken]))

    def make_persons(self):
        for code in self.units:
            for i in range(self.random.choice((0, 0, 1, 2)) if code.startswith("21") else 0):
                self.persons[f"T{code}{i}"] = [code, False]

    # --- the rules

    def faults(self, pairing):
        codes, units = [], [self.units[code] for _, code in pairing.members]
        note = lambda code: code in codes or codes.append(code)
        cores = sum(role == "CORE" for role, _ in pairing.members)
        if cores != 1:
            note("PN-01" if cores < 1 else "PN-04")
        if len(units) - cores < 1:
            note("PN-01")
        for (role, _), unit in zip(pairing.members, units):
            if (unit.place in TOWN) != (role == "CORE"):
                note("AG-02")
        if len({unit.county for unit in units}) > 1:
            note("PN-02")
        if pairing.mode == "COBUILD":
            for role, code in pairing.members:
                if role == "MEMBER" and any(p is not pairing and not p.dissolved and p.role_of(code) == "MEMBER"
                                            for p in self.member_of.get(code, [])):
                    note("PN-03")
        return codes

    def recheck(self, parties, day):
        seen = set()
        for code in parties:
            for pairing in self.member_of.get(code, []):
                if pairing.dissolved or id(pairing) in seen:
                    continue
                seen.add(id(pairing))
                codes = self.faults(pairing)
                if codes == pairing.broken:
                    continue
                if not codes or not pairing.broken:
                    pairing.broken_since = day if codes else ""
                pairing.broken = codes
                if codes and not any(set(codes) <= set(rules) for rules in pairing.told):
                    pairing.told.append(codes)

    def links(self, code):
        return {"partnerships": [p for p in self.member_of.get(code, []) if not p.dissolved],
                "units": [u for u in self.points.get(code, ()) if self.units[u].live],
                "staff": list(self.staff.get(code, ()))}

    def verdict(self, row):
        unit, into = self.units.get(row["code"]), self.units.get(row["into"])
        if not unit or (row["into"] and not into):
            return "NOT-FOUND"
        change = row["change"]
        if change == "MERGE" and not into:
            return "FIELD"
        if not (unit.live if change != "RESTORE" else unit.status == "CLOSED") or (change, unit.status) == ("TEACHING_POINT",) * 2:
            return "STATE"
        if change in ("RESTORE", "RENAME"):
            return ""
        if into and (into.status != "ACTIVE" or into is unit):
            return "IN-07"
        for kind, action in self.decided(row).items():
            if (action == "SUCCESSOR" and not into) or (action == "KEEP" and change != "TEACHING_POINT"):
                return "FIELD"
            if action == "END" and kind != "partnerships":
                return "FIELD"
        links = self.links(unit.code)
        if any(links[kind] and not row[kind] for kind in links):
            return "IN-08"
        if links["units"] and row["units"] == "KEEP":
            return "IN-07"
        return "FIELD" if row["units"] == "LEAVE" and any(self.units[u].status == "CAMPUS" for u in links["units"]) else ""

    @staticmethod
    def decided(row):
        return {kind: row[kind] for kind in ("partnerships", "units", "staff")}

    def apply(self, row):
        unit, into, day = self.units[row["code"]], row["into"], row["date"]
        touched = {unit.code}
        if row["change"] == "RENAME":
            unit.former.append(unit.name)
            unit.name = row["name"]
        elif row["change"] == "RESTORE":
            self.points.get(unit.campus_of, set()).discard(unit.code)
            unit.status, unit.campus_of, unit.successors = "ACTIVE", "", []
        else:
            touched |= self.carry(unit, row)
            if row["change"] == "TEACHING_POINT":
                self.points.get(unit.campus_of, set()).discard(unit.code)
                unit.status, unit.campus_of = "TEACHING_POINT", into
                self.points.setdefault(into, set()).add(unit.code)
            else:
                unit.status = "MERGED" if row["change"] == "MERGE" else "CLOSED"
                unit.successors = [into] if into else []
                touched |= {into} if row["change"] == "MERGE" else set()
        self.recheck(touched, day)

    def carry(self, unit, row):
        """Every link to where its decision puts it; gives the parties whose partnerships may hold no longer, or again."""
        into, links, touched = row["into"], self.links(unit.code), set()
        for pairing in links["partnerships"]:
            before = {code for _, code in pairing.members}
            action = row["partnerships"]
            if action == "END":
                pairing.dissolved = True
            elif action != "KEEP":
                takes = action == "SUCCESSOR" and not pairing.role_of(into)
                pairing.members = [(role, into if code == unit.code else code) for role, code in pairing.members
                                   if code != unit.code or takes]
                self.member_of[unit.code].remove(pairing)
                if takes:
                    self.member_of.setdefault(into, []).append(pairing)
            touched |= before | {code for _, code in pairing.members}
        for code in links["units"]:
            if row["units"] == "KEEP":
                continue
            self.points[unit.code].discard(code)
            self.units[code].campus_of = into if row["units"] == "SUCCESSOR" else ""
            self.points.setdefault(self.units[code].campus_of, set()).add(code)
        for number in links["staff"]:
            if row["staff"] == "KEEP":
                continue
            self.staff[unit.code].discard(number)
            if row["staff"] == "SUCCESSOR":
                self.persons[number][0] = into
                self.staff.setdefault(into, set()).add(number)
            else:
                self.persons[number][1] = True
        return touched

    # --- the year

    def pick(self, county, test):
        """A school of that county, or of the next one a time in twelve."""
        if self.random.random() < 1 / 12:
            county = self.counties[(self.counties.index(county) + 1) % len(self.counties)]
        fitting = [u for u in self.county_units[county] if test(u)]
        return self.random.choice(fitting).code if fitting else ""

    def make_changes(self, n):
        self.county_units = {county: [] for county in self.counties}
        for unit in self.units.values():
            self.county_units[unit.county].append(unit)
        first = datetime.date(2024, 2, 1)
        while len(self.rows) < n:
            day = first + datetime.timedelta(days=len(self.rows) * 300 // n)
            row = self.make_row(self.counties[len(self.rows) % len(self.counties)], len(self.rows))
            row["date"] = day.isoformat()
            self.rows.append(row)
            verdict = self.verdict(row)
            if verdict:
                self.rejects.append((len(self.rows) + 1, verdict))  # the line of the file
            else:
                self.apply(row)

    def make_row(self, county, at):
        r = self.random
        change = r.choices(("TEACHING_POINT", "CLOSE", "MERGE", "RENAME", "RESTORE"), (62, 15, 12, 8, 3))[0]
        row = {"change": change, "code": "", "into": "", "name": "", "reason": "布局调整", "partnerships": "", "units": "", "staff": ""}
        if r.random() < 0.02:
            row["code"] = "2199999999"
            return row
        if change == "RESTORE":
            row["code"] = self.pick(county, lambda u: u.status == "CLOSED")
        elif change == "RENAME":
            row["code"] = self.pick(county, lambda u: u.live)
            row["name"] = f"{r.choice(NAMES)}{r.choice(NAMES)}中心校{at}"
        else:
            row["code"] = self.pick(county, lambda u: u.live and u.stage == "PRIMARY" and u.place not in TOWN)
            if change != "CLOSE" or r.random() < 0.6:
                place = ("TOWNSHIP", "VILLAGE") if r.random() < 0.9 else TOWN
                row["into"] = self.pick(county, lambda u: u.status == "ACTIVE" and u.stage == "PRIMARY" and u.place in place
                                        and u.code != row["code"])
            self.decide(row, change == "TEACHING_POINT")
        return row if row["code"] else self.make_row(self.counties[at % len(self.counties)], at)

    def decide(self, row, stays):
        """As offices do: mostly the one that takes over, at times without a word."""
        r, takes = self.random, "SUCCESSOR" if row["into"] else "LEAVE"
        if r.random() < 0.03:
            return
        row["partnerships"] = r.choices(("KEEP" if stays else takes, takes, "LEAVE", "END"), (40, 30, 20, 10))[0]
        row["units"] = takes
        row["staff"] = r.choices(("KEEP" if stays else takes, takes, "LEAVE"), (50, 40, 10))[0]

    # --- as files

    def write(self, folder):
        with open(folder / "divisions.csv", "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("code", "name"), *self.divisions])
        with open(folder / "units.csv", "w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(("code", "name", "kind", "division", "place", "stages", "legal_person", "managing_bureau", "campus_of"))
            out.writerow((DEPARTMENT, "虚设省教育厅", "BUREAU", "22", "CITY", "", "true", "", ""))
            out.writerows((f"BUR-{county}", f"{county}教育局", "BUREAU", county, "COUNTY_SEAT", "", "true", DEPARTMENT, "")
                          for county in self.counties)
            out.writerows((code, name, "SCHOOL", division, place, stage, "false" if main else "true", f"BUR-{county}", main)
                          for code, (name, county, division, place, stage, main) in self.registered.items())
        with open(folder / "persons.csv", "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("staff_no", "name", "category", "home"),
                                        *((number, f"王{number[-4:]}", "TEACHER", home) for number, home in self.homes.items())])
        columns = ("change", "code", "into", "date", "name", "reason", "partnerships", "units", "staff")
        with open(folder / "changes.csv", "w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(("变更", "代码", "并入", "日期", "名称", "原因", "结对", "所属单位", "人员"))
            out.writerows([WORDS.get(row[c], row[c]) if c in ("change", "partnerships", "units", "staff") else row[c] for c in columns]
                          for row in self.rows)
