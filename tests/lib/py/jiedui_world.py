"""Real daemons in a directory of their own, for whole-system tests: ipc endpoints, simulated clock, keys, principals.

    with World() as world:                      # registryd, dispatchd and notifyd are ready
        world.load_reference()                  # divisions, institutions, persons, programme A
        world.cli("nmg", "agreement", "list")   # the command line as a principal; JSON of its answer

The executables come from $JIEDUI_BIN. Nothing here sleeps: waiting is a blocking call with a deadline.
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(os.environ.get("JIEDUI_SOURCE", pathlib.Path(__file__).resolve().parents[3]))
BIN = pathlib.Path(os.environ.get("JIEDUI_BIN", SOURCE / "build/dev/bin"))
sys.path.insert(0, str(SOURCE / "tests/lib/py"))
import jiedui_client  # noqa: E402

DAEMONS = {"registryd": "registry", "dispatchd": "dispatch", "notifyd": "notify"}
DEPT, BT, BY = "9115000001", "9115020001", "9115080001"
PRINCIPALS = [
    ("registryd", "SERVICE", "0", ()),
    ("dispatchd", "SERVICE", "0", ()),
    ("notifyd", "SERVICE", "0", ()),
    ("operator", "OPERATOR", "0", ()),
    ("nmg", "AUTHORITY, REGISTRAR", "15", (f"unit:{DEPT}",)),
    ("baotou", "BUREAU", "1502", (f"unit:{BT}", f"units-under:{BT}")),
    ("bayannur", "BUREAU", "1508", (f"unit:{BY}", f"units-under:{BY}")),
    ("baotou-schools", "UNIT", "1502", (f"units-under:{BT}",)),
    ("bayannur-schools", "UNIT", "1508", (f"units-under:{BY}",)),
    ("persons", "PERSON", "15", (f"persons-of:{BT}", f"persons-of:{BY}")),
    ("reader", "READER", "1508", ()),
]
DEADLINE = 60  # seconds; a sanitized build on a busy machine


class Refused(Exception):
    """The command line ended with something but 0."""

    def __init__(self, code, text):
        super().__init__(f"exit {code}: {text}")
        self.code, self.text = code, text


class World:
    def __init__(self, daemons=DAEMONS, start="2016-08-17", extra=None, principals=PRINCIPALS, state_dir=None):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="jd-"))
        self.names = list(daemons)
        self.extra = extra or {}
        self.principals = [list(p) for p in principals]
        self.state_dir = pathlib.Path(state_dir) if state_dir else self.dir / "state"
        self.running = {}
        for folder in ("keys", "sock", "state", "log"):
            (self.dir / folder).mkdir()
        names = [p[0] for p in self.principals] + ["stranger"]
        self.run(["jiedui", "keygen", "--out", str(self.dir / "keys"), *names])
        self.write_principals()
        for name in self.names:
            self.write_config(name, start)
        self.write_client()

    def __enter__(self):
        try:
            self.start(*self.names)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    # --- files

    def key(self, name):
        for line in (self.dir / "keys" / f"{name}.pub").read_text().splitlines():
            if line.strip().startswith("public-key"):
                return line.split('"')[1]
        raise AssertionError(f"no public key of {name}")

    def write_principals(self):
        lines = ["principals:"]
        for name, roles, division, acts_for in self.principals:
            lines += [f"  - name: {name}", f"    key: \"{self.key(name)}\"", f"    roles: [{roles}]",
                      f"    scope: [{{division: \"{division}\", programme: \"*\"}}]"]
            if acts_for:
                lines.append("    acts_for: [%s]" % ", ".join(f'"{word}"' for word in acts_for))
        (self.dir / "principals.yaml").write_text("\n".join(lines) + "\n")

    def write_config(self, name, start):
        area, peers = DAEMONS[name], [d for d in self.names if list(DAEMONS).index(d) < list(DAEMONS).index(name)]
        lines = [f"area: {area}", f"endpoint: \"{self.endpoint(area)}\"", f"key_file: keys/{name}.key",
                 "principals_file: principals.yaml", f"state_dir: \"{self.state_dir / name}\"", "map_size_mib: 1024",
                 "floor_mib: 1", "floor_percent: 1", "tick_seconds: 1"]
        if start:
            lines.append(f"clock: {{mode: simulated, start: \"{start}\"}}")
        lines += self.extra.get(name, [])
        if peers:
            lines.append("peers:")
        for peer in peers:
            lines.append(f"  - {{area: {DAEMONS[peer]}, endpoint: \"{self.endpoint(DAEMONS[peer])}\", "
                         f"server_key: keys/{peer}.pub}}")
        (self.dir / f"{name}.yaml").write_text("\n".join(lines) + "\n")

    def write_client(self):
        lines = ["keys_dir: keys", "principal: nmg", "lang: en", "daemons:"]
        lines += [f"  - {{area: {a}, endpoint: \"{self.endpoint(a)}\", server_key: keys/{d}.pub}}"
                  for d, a in DAEMONS.items()]
        (self.dir / "client.yaml").write_text("\n".join(lines) + "\n")

    def endpoint(self, area):
        return f"ipc://{self.dir}/sock/{area}"

    # --- processes

    def start(self, *names):
        for name in names:
            log = open(self.dir / "log" / f"{name}.log", "ab")
            with log:
                self.running[name] = subprocess.Popen([str(BIN / f"jiedui-{name}"), "--config", f"{self.dir}/{name}.yaml"],
                                                      stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        for name in names:
            self.wait_ready(name)

    def wait_ready(self, name):
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            if self.running[name].poll() is not None:
                break
            if self.ping(name):
                return
        raise AssertionError(f"{name} is not ready:\n{self.log(name)[-3000:]}")

    def ping(self, name, who="operator"):
        with self.client(DAEMONS[name], who, timeout=2) as client:
            return client.ping()

    def log(self, name):
        return (self.dir / "log" / f"{name}.log").read_text(errors="replace")

    def kill(self, *names):
        for name in names:
            self.running[name].kill()
            self.running.pop(name).wait(DEADLINE)

    def signal(self, name, number):
        self.running[name].send_signal(number)

    def stop(self, *names):
        """SIGTERM; a daemon that leaks or ends with an error fails the test."""
        for name in names:
            self.running[name].send_signal(signal.SIGTERM)
        for name in names:
            status = self.running.pop(name).wait(DEADLINE)
            if status != 0:
                raise AssertionError(f"{name} ended with {status}:\n{self.log(name)[-6000:]}")

    def restart(self, *names):
        self.stop(*names)
        self.start(*names)

    def alive(self):
        return all(process.poll() is None for process in self.running.values())

    def close(self):
        try:
            self.stop(*reversed(list(self.running)))
        finally:
            for process in self.running.values():
                process.kill()
                process.wait(DEADLINE)
            shutil.rmtree(self.dir, ignore_errors=True)

    # --- hands

    @staticmethod
    def run(words, **options):
        done = subprocess.run([str(BIN / words[0]), *words[1:]], stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=DEADLINE, text=True, check=False, **options)
        if done.returncode != 0:
            raise Refused(done.returncode, done.stdout + done.stderr)
        return done.stdout

    def text(self, who, *words):
        """Runs the command line as that principal and gives what it printed; Refused if it fails."""
        return self.run(["jiedui", "--config", f"{self.dir}/client.yaml", "--as", who, *map(str, words)])

    def cli(self, who, *words):
        """The same with --json."""
        said = self.text(who, "--json", *words)
        return json.loads(said) if said.strip() else None

    def client(self, area, who, timeout=10):
        daemon = next(d for d, a in DAEMONS.items() if a == area)
        return jiedui_client.Client(self.endpoint(area), self.key(daemon), self.dir / "keys" / f"{who}.key",
                                    timeout=timeout)
