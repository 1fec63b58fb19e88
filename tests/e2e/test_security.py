#!/usr/bin/python3
"""Who may connect, who acts, who sees: keys decide, nothing in a message does."""
import pathlib
import signal
import stat
import sys
import unittest

import zmq

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib/py"))
import jiedui_client  # noqa: E402
import jiedui_world as w  # noqa: E402
from jiedui_world import BT, BY, bus, reg  # noqa: E402

SHORT = 1.5  # seconds that a client waits for an answer that must not come


class Security(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        gateway = ("gateway", "UNIT", "15", (), "on_behalf_of: true")
        cls.world = w.World(principals=[*w.PRINCIPALS, gateway])
        cls.addClassCleanup(cls.world.close)
        cls.world.start(*cls.world.names)
        cls.world.load_reference()

    def tearDown(self):
        self.assertTrue(self.world.alive())

    def refused(self, reason, call, *arguments, **fields):
        status = call(*arguments, **fields)
        self.assertEqual((status.code, status.reason), (bus.CODE_DENIED, reason), status)

    # --- keys

    def assert_no_answer(self, who, area="registry", **options):
        with self.world.client(area, who, timeout=SHORT) as client:
            for name, value in options.items():
                setattr(client, name, value)
            with self.assertRaises(jiedui_client.NoAnswer):
                client.ping()

    def test_unlisted_key_is_refused_also_after_a_storm_of_signals(self):
        for area in w.DAEMONS.values():
            self.assert_no_answer("stranger", area)
        before = self.world.stat("registryd", "jiedui_curve_auth_refused_total")
        for _ in range(300):
            for name in self.world.names:
                self.world.signal(name, signal.SIGHUP)
                self.world.signal(name, signal.SIGUSR1)
        for name, area in w.DAEMONS.items():
            self.assertTrue(self.world.ping(name))
            self.assert_no_answer("stranger", area)
            self.assertTrue(self.world.ping(name, who="nmg"))
        self.assertGreater(self.world.stat("registryd", "jiedui_curve_auth_refused_total"), before)

    def test_no_key_and_wrong_server_key(self):
        bare = zmq.Context.instance().socket(zmq.DEALER)
        bare.connect(self.world.endpoint("registry"))
        bare.send_multipart([b"JD1P", b"c", b""])
        self.assertEqual(bare.poll(int(SHORT * 1000)), 0)
        bare.close(linger=0)
        self.assert_no_answer("nmg", server_key=self.world.key("dispatchd").encode())

    def test_command_line_tells_a_refused_key_from_a_dead_daemon(self):
        with self.assertRaises(w.Refused) as caught:
            self.world.text("stranger", "--timeout", "1000", "ping", "registry")
        self.assertEqual(caught.exception.code, 4)
        self.assertIn(self.world.key("stranger"), caught.exception.text)

    def reload(self, how):
        if how == "command":
            self.world.do("operator", "ops", "Reload", to="registry")
        else:
            self.world.signal("registryd", signal.SIGHUP)

    def test_revoked_key_is_refused_on_its_live_connection(self):
        whole = list(self.world.principals)
        self.addCleanup(self.reload, "command")
        self.addCleanup(self.world.write_principals)
        self.addCleanup(setattr, self.world, "principals", whole)
        for how in ("command", "signal"):
            with self.subTest(how=how), self.world.client("registry", "reader") as live:
                query = ("registry.v1.GetInstitution", reg.GetByRef(ref=BY))
                self.assertEqual(live.query(*query).code, bus.CODE_OK)
                self.world.principals = [p for p in whole if p[0] != "reader"]
                self.world.write_principals()
                self.reload(how)
                self.assertTrue(self.world.ping("registryd"))  # answered after the signal was taken
                self.refused("PRINCIPAL", live.query, *query)
                self.refused("PRINCIPAL", live.call, "registry.v1.SubmitAgreement", reg.SubmitAgreement(id="x"))
                self.assertEqual(live.fetch().status.reason, "PRINCIPAL")
                self.world.principals = whole
                self.world.write_principals()
                self.reload(how)
                self.assertTrue(self.world.ping("registryd"))
                self.assertEqual(live.query(*query).code, bus.CODE_OK)

    def test_two_keys_of_one_name_during_a_rotation(self):
        whole = list(self.world.principals)
        self.addCleanup(self.reload, "command")
        self.addCleanup(self.world.write_principals)
        self.world.write_principals()
        file = self.world.dir / "principals.yaml"
        text = file.read_text()
        entry = text[text.index("  - name: nmg"):]
        entry = entry[:entry.index("  - name: baotou")].replace(self.world.key("nmg"), self.world.key("stranger"))
        file.write_text(text + entry)
        self.reload("command")
        for who in ("nmg", "stranger"):
            with self.world.client("registry", who) as client:
                self.assertEqual(client.ping().principal, "nmg")
        self.assertEqual(whole, self.world.principals)

    # --- identity

    def test_nothing_in_a_message_says_who_acts(self):
        division = reg.ImportDivisions(divisions=[reg.Division(code="150298", name="某区", level=4, parent="1502")])
        self.refused("ROLE", self.world.send, "baotou", "registry", "ImportDivisions", division, header={"source": "nmg"})
        self.refused("BEHALF", self.world.send, "baotou", "registry", "ImportDivisions", division,
                     header={"on_behalf_of": "nmg"})
        self.refused("BEHALF", self.world.send, "operator", "registry", "ImportDivisions", division,
                     header={"on_behalf_of": "nobody"})
        self.world.do("nmg", "registry", "ImportDivisions", division, header={"source": "baotou"})
        event, _ = self.world.events("registry")[-1]
        self.assertEqual((event.actor, event.on_behalf_of), ("nmg", ""))

    def test_gateway_acts_for_others_and_both_are_recorded(self):
        division = reg.ImportDivisions(divisions=[reg.Division(code="150297", name="某区", level=4, parent="1502")])
        self.refused("ROLE", self.world.send, "gateway", "registry", "ImportDivisions", division)
        self.refused("ROLE", self.world.send, "gateway", "registry", "ImportDivisions", division,
                     header={"on_behalf_of": "bayannur"})
        self.world.do("gateway", "registry", "ImportDivisions", division, header={"on_behalf_of": "nmg"})
        event, _ = self.world.events("registry")[-1]
        self.assertEqual((event.actor, event.on_behalf_of), ("gateway", "nmg"))

    def test_internal_commands_are_not_for_other_daemons(self):
        for who in ("registryd", "nmg", "operator"):
            status = self.world.send(who, "notify", "BeginAttempt", id="x")
            self.assertEqual(status.code, bus.CODE_DENIED, who)

    # --- sight

    def test_feed_shows_only_what_concerns_the_reader(self):
        everything = self.world.events("registry")
        seen = self.world.events("registry", who="bayannur")
        self.assertLess(len(seen), len(everything))
        self.assertTrue(seen)
        units = {self.world.id_of(BT)}
        for event, _ in seen:
            self.assertTrue(event.division.startswith("1508") or not units.intersection(event.units), event)
        others = [e for e, _ in seen if e.division.startswith("1502") and not e.division.startswith("1508")]
        self.assertEqual(others, [])
        numbers = [event.seq for event, _ in everything]
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))

    def test_names_of_persons_are_masked_for_others(self):
        full = self.world.do("nmg", "registry", "GetPerson", ref="BT-R01")
        self.assertEqual((full.name, full.masked), ("林远山", False))
        self.assertEqual(full.person.sealed, b"")
        status = self.world.send("bayannur", "registry", "GetPerson", ref="BT-R01")
        if status.code == bus.CODE_OK:
            view = reg.PersonView.FromString(status.result)
            self.assertTrue(view.masked)
            self.assertNotIn("远山", view.name)
        else:
            self.assertIn(status.code, (bus.CODE_DENIED, bus.CODE_NOT_FOUND))
        for event, message in self.world.events("registry"):
            self.assertNotIn("林远山".encode(), event.data)

    # --- at rest

    def test_files_are_private_and_logs_hold_no_secrets(self):
        for folder in (self.world.dir / "state").iterdir():
            for path in (folder, *folder.rglob("*")):
                self.assertEqual(stat.S_IMODE(path.stat().st_mode) & 0o077, 0, path)
        for path in (self.world.dir / "sock").iterdir():
            self.assertEqual(stat.S_IMODE(path.stat().st_mode) & 0o007, 0, path)
        for name in self.world.names:
            secret = (self.world.dir / "keys" / f"{name}.key").read_text().split('secret-key = "')[1].split('"')[0]
            self.assertNotIn(secret, self.world.log(name))
            self.assertNotIn("150200195402040037", self.world.log(name))


if __name__ == "__main__":
    unittest.main()
