#!/usr/bin/python3
"""A disk that fills up, a commit that fails, a guard that closes: creations are refused, endings still fit, nothing
that was acknowledged is lost, and it goes on when there is room again.
"""
import os
import pathlib
import resource
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib/py"))
import jiedui_world as w  # noqa: E402
import jiedui_year as year  # noqa: E402
from jiedui_client import NoAnswer  # noqa: E402
from jiedui_world import BT, REGION, bus, reg  # noqa: E402

MIB = 1 << 20


def may_mount():
    """Whether this process may mount: it begins anew in a mount namespace of its own, as whoever may make one."""
    if "JIEDUI_INSIDE" in os.environ:
        return True
    for inside in (["unshare", "--mount"], ["unshare", "--user", "--map-root-user", "--mount"]):
        if subprocess.run([*inside, "true"], capture_output=True, check=False).returncode == 0:
            os.execvpe("unshare", [*inside, sys.executable, "-B", *sys.argv], dict(os.environ, JIEDUI_INSIDE="1"))
    return False


def fill(path, size):
    """A file of so many bytes, or of as many as the disk still takes."""
    file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    try:
        while size > 0:
            size -= os.write(file, bytes(min(size, 4096)))
    except OSError:
        pass
    os.close(file)


class Disk(unittest.TestCase):
    def world_of(self, daemons=w.DAEMONS, **options):
        world = w.World(daemons=daemons, **options)
        self.addCleanup(world.close)
        return world

    @staticmethod
    def school(n, weight=40):
        """A creation; weight: how much room its former names take."""
        unit = reg.Institution(kind=reg.types__pb2.KIND_SCHOOL, name=f"第{n}小学", code=f"2115{n:06d}", division="150203",
                               stages=[reg.types__pb2.STAGE_PRIMARY], legal_person=True,
                               former_names=["某" * 60 for _ in range(weight)])
        return reg.RegisterInstitution(institution=unit, managing_bureau_code=BT)

    def create_until_refused(self, world, first, most=5000):
        """Ids of the schools that were taken, and the Status that ended it."""
        taken = {}
        with world.client("registry", "nmg", timeout=3) as client:
            for n in range(first, first + most):
                status = client.call("registry.v1.RegisterInstitution", self.school(n), key=f"s{n}")
                if status.code != bus.CODE_OK:
                    return taken, status
                taken[f"2115{n:06d}"] = reg.InstitutionReply.FromString(status.result).id
        self.fail(f"{most} creations were taken")

    def assert_all_there(self, world, taken):
        for code, wanted in taken.items():
            self.assertEqual(world.do("nmg", "registry", "GetInstitution", ref=code).id, wanted)
        self.assertTrue(world.do("operator", "ops", "VerifyJournal", to="registry").ok)

    def test_guard_closes_for_creations_only(self):
        world = self.world_of(daemons=["registryd"])
        config = world.dir / "registryd.yaml"
        roomy = config.read_text()
        world.start("registryd")
        world.text("nmg", "division", "import", REGION / "divisions.csv")
        world.text("nmg", "institution", "import", REGION / "institutions.csv")
        world.text("nmg", "programme", "publish", w.SOURCE / "deploy/programmes/a_framework.yaml")
        under = year.agreement(world)
        world.stop("registryd")
        config.write_text(roomy.replace("floor_mib: 1\n", "floor_mib: 1048576\n"))  # more than any disk of ours has
        world.start("registryd")
        self.assertFalse(world.status("registryd").accepts_creations)
        with world.client("registry", "nmg", timeout=1) as client:
            status = client.call("registry.v1.RegisterInstitution", self.school(700000))
        self.assertEqual((status.code, status.reason), (bus.CODE_EXHAUSTED, "SPACE"))
        self.assertGreater(status.retry_after_ms, 0)
        ended = world.do("baotou", "registry", "TerminateAgreement", id=under, reason="期满")
        self.assertEqual(ended.status, reg.AGREEMENT_TERMINATED)
        world.stop("registryd")
        config.write_text(roomy)
        world.start("registryd")
        world.do("nmg", "registry", "RegisterInstitution", self.school(700000))

    def test_failed_commit_ends_the_process_and_nobody_was_told_ok(self):
        """The store file may not grow (EFBIG), so that a commit fails half-way."""
        world = self.world_of(daemons=["registryd"], keep_signals=True)
        world.start("registryd")
        world.text("nmg", "division", "import", REGION / "divisions.csv")
        world.text("nmg", "institution", "import", REGION / "institutions.csv")
        size = (world.dir / "state/registryd/store/data.mdb").stat().st_size
        resource.prlimit(world.running["registryd"].pid, resource.RLIMIT_FSIZE, (size + MIB, size + MIB))
        taken = {}
        with world.client("registry", "nmg", timeout=3) as client, self.assertRaises(NoAnswer):
            for n in range(710000, 715000):
                status = client.call("registry.v1.RegisterInstitution", self.school(n), key=f"s{n}")
                self.assertEqual(status.code, bus.CODE_OK, status)
                taken[f"2115{n:06d}"] = reg.InstitutionReply.FromString(status.result).id
        self.assertTrue(taken)
        self.assertEqual(world.running.pop("registryd").wait(w.DEADLINE), 1)
        self.assertIn("commit_failed", world.log("registryd"))
        world.start("registryd")
        head = world.status("registryd").head
        self.assert_all_there(world, taken)
        again = world.send("nmg", "registry", "RegisterInstitution", self.school(n), key=f"s{n}")  # the same key
        self.assertEqual((again.code, again.replayed, again.seq), (bus.CODE_OK, False, head + 1))

    @unittest.skipUnless(may_mount(), "neither mounts nor user namespaces are allowed here; the guard is tested above")
    def test_full_disk(self):
        world = self.world_of(daemons=["registryd"])
        disk = world.dir / "state"
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m,mode=0700", "none", disk], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", disk], check=False)
        config = world.dir / "registryd.yaml"
        config.write_text(config.read_text().replace("floor_mib: 1\n", "floor_mib: 4\n"))
        world.start("registryd")
        world.text("nmg", "division", "import", REGION / "divisions.csv")
        world.text("nmg", "institution", "import", REGION / "institutions.csv")
        world.text("nmg", "programme", "publish", w.SOURCE / "deploy/programmes/a_framework.yaml")
        under = year.agreement(world)
        fill(disk / "ballast", 1 << 40)  # to the last page; the guard looks once in a while
        taken, status = self.create_until_refused(world, 720000)
        self.assertEqual((status.code, status.reason), (bus.CODE_EXHAUSTED, "SPACE"), status)
        self.assertTrue(world.alive())
        self.assert_all_there(world, taken)
        (disk / "ballast").unlink()
        fill(disk / "ballast", os.statvfs(disk).f_bavail * 4096 - 3 * MIB)  # under the floor, with room for endings
        ended = world.do("baotou", "registry", "TerminateAgreement", id=under, reason="期满")
        self.assertEqual(ended.status, reg.AGREEMENT_TERMINATED)
        (disk / "ballast").unlink()
        world.kill("registryd")
        world.start("registryd")
        self.assert_all_there(world, taken)
        self.assertTrue(world.status("registryd").accepts_creations)
        world.do("nmg", "registry", "RegisterInstitution", self.school(729999))
        world.stop("registryd")


if __name__ == "__main__":
    unittest.main()
