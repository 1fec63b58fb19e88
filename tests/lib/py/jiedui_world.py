"""Real daemons in a directory of their own, for whole-system tests: ipc endpoints, simulated clock, keys, principals.

    with World() as world:                      # registryd, dispatchd and notifyd are ready
        world.load_reference()                  # divisions, institutions, persons, programme A
        world.cli("nmg", "agreement", "list")   # the command line as a principal; JSON of its answer
        world.do("nmg", "registry", "GetInstitution", ref="BUR-150200")   # a method over the bus; its reply

The executables come from $JIEDUI_BIN. Nothing here sleeps: waiting is a blocking call with a deadline.
"""
import calendar
import ctypes
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(os.environ.get("JIEDUI_SOURCE", pathlib.Path(__file__).resolve().parents[3]))
BIN = pathlib.Path(os.environ.get("JIEDUI_BIN", SOURCE / "build/dev/bin"))
sys.path.insert(0, str(SOURCE / "tests/lib/py"))
import jiedui_client  # noqa: E402
import dispatch_pb2 as dsp  # noqa: E402
import envelope_pb2 as bus  # noqa: E402
import notify_pb2 as ntf  # noqa: E402
import ops_pb2 as ops  # noqa: E402
import registry_pb2 as reg  # noqa: E402
import registry_service_pb2  # noqa: E402
import supervision_pb2 as sup  # noqa: E402


class Area:
    """The modules of one area as one: messages by name, methods of its service blocks."""

    def __init__(self, *modules):
        self.modules = modules
        self.services = {name: block for m in modules for name, block in m.DESCRIPTOR.services_by_name.items()}

    def __getattr__(self, name):
        for module in self.modules:
            if hasattr(module, name):
                return getattr(module, name)
        raise AttributeError(name)


CATALOGUE = {"registry": Area(reg, sup, registry_service_pb2), "dispatch": Area(dsp), "notify": Area(ntf),
             "ops": Area(ops)}
DAEMONS = {"registryd": "registry", "dispatchd": "dispatch", "notifyd": "notify"}
DEPT, BT, BY = "BUR-150000", "BUR-150200", "BUR-150800"
REGION = SOURCE / "deploy/regions/nmg"
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


class Rejected(Exception):
    """A method answered with anything but OK; the Status says why."""

    def __init__(self, status):
        super().__init__(f"{bus.Code.Name(status.code)} {status.reason}: {status.message_en}")
        self.status = status


def method_of(area, method):
    """Its descriptor, and whether it is a query."""
    for block, query in (("Commands", False), ("Queries", True)):
        found = CATALOGUE[area].services[block].methods_by_name.get(method)
        if found:
            return found, query
    raise AssertionError(f"no method {area}.{method}")


LIBC = ctypes.CDLL(None)


def end_with_us():
    """In the child: no daemon outlives a test that was killed (PR_SET_PDEATHSIG)."""
    LIBC.prctl(1, signal.SIGKILL)


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class World:
    def __init__(self, daemons=DAEMONS, start="2016-08-17", extra=None, principals=PRINCIPALS, tcp=False,
                 keep_signals=False):
        """start None: the real clock. extra: {daemon: more lines of its configuration}. tcp: registryd listens there
        too. keep_signals: SIGXFSZ stays ignored in the daemons, so that writing past a limit is an error."""
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="jd-"))
        self.names = list(daemons)
        self.extra = extra or {}
        self.principals = [list(p) for p in principals]
        self.keep_signals = keep_signals
        self.running, self.clients = {}, {}
        self.port = free_port() if tcp else None
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
        for name, roles, division, acts_for, *more in self.principals:
            lines += [f"  - name: {name}", f"    key: \"{self.key(name)}\"", f"    roles: [{roles}]",
                      f"    scope: [{{division: \"{division}\", programme: \"*\"}}]"]
            if acts_for:
                lines.append("    acts_for: [%s]" % ", ".join(f'"{word}"' for word in acts_for))
            lines += [f"    {line}" for line in more]
        (self.dir / "principals.yaml").write_text("\n".join(lines) + "\n")

    def write_config(self, name, start):
        area, peers = DAEMONS[name], [d for d in self.names if list(DAEMONS).index(d) < list(DAEMONS).index(name)]
        tcp = f" tcp://127.0.0.1:{self.port}" if self.port and name == "registryd" else ""
        lines = [f"area: {area}", f"endpoint: \"{self.endpoint(area)}{tcp}\"", f"key_file: keys/{name}.key",
                 "principals_file: principals.yaml", f"state_dir: \"{self.dir}/state/{name}\"", "map_size_mib: 1024",
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
                                                      stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                                      preexec_fn=end_with_us,
                                                      restore_signals=not self.keep_signals)
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
        """Whether it answers that it is ready; waits two seconds for the answer."""
        try:
            with self.client(DAEMONS[name], who, timeout=2) as client:
                return client.ping().ready
        except (jiedui_client.NoAnswer, jiedui_client.Denied):
            return False

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

    def rss_kib(self, name):
        for line in pathlib.Path(f"/proc/{self.running[name].pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise AssertionError(f"{name} has no memory")

    def alive(self):
        return all(process.poll() is None for process in self.running.values())

    def close(self):
        for client in self.clients.values():
            client.close()
        self.clients.clear()
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
                                    timeout=timeout, retry=min(2.5, timeout))

    def send(self, who, area, method, message=None, to=None, key=None, header=None, **fields):
        """A method over the bus, on a connection that is kept; its Status. to: the daemon, for the area ops."""
        descriptor, query = method_of(area, method)
        if message is None:
            message = descriptor.input_type._concrete_class(**fields)
        place = (to or area, who)
        if place not in self.clients:
            self.clients[place] = self.client(*place, timeout=DEADLINE)
        call = self.clients[place].query if query else self.clients[place].call
        return call(f"{area}.v1.{method}", message, **({} if query else {"key": key}), **(header or {}))

    def do(self, who, area, method, message=None, **options):
        """The same; its reply, or Rejected."""
        status = self.send(who, area, method, message, **options)
        if status.code != bus.CODE_OK:
            raise Rejected(status)
        return method_of(area, method)[0].output_type._concrete_class.FromString(status.result)

    def pages(self, who, area, method, **fields):
        """All rows of a list, page by page."""
        after, found = "", []
        while True:
            page = self.do(who, area, method, page={"after": after, "limit": 100}, **fields)
            found += getattr(page, page.DESCRIPTOR.fields[0].name)
            after = page.next
            if not after:
                return found

    def status(self, name):
        return self.do("operator", "ops", "Status", to=DAEMONS[name])

    def stat(self, name, metric, labels=""):
        """The sum of a metric over its label sets that contain this text."""
        stats = self.do("operator", "ops", "Stats", to=DAEMONS[name]).stats
        return sum(s.value for s in stats if s.name == metric and labels in s.labels)

    def settle(self):
        """Waits until every follower has taken all that was said so far."""
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            states = {DAEMONS[name]: self.status(name) for name in self.running}
            if all(f.seq >= states[f.area].head for state in states.values() for f in state.follows):
                return
        raise AssertionError("a follower does not catch up: " + " ".join(str(s) for s in states.values()))

    def events(self, area, who="registryd", after=0, **filters):
        """All events after a position, as (Event, its message)."""
        found, epoch = [], 0
        with self.client(area, who, timeout=DEADLINE) as client:
            while True:
                batch = client.fetch(epoch, after, **filters)
                if batch.status.code not in (bus.CODE_OK, bus.CODE_UNSPECIFIED):
                    raise Rejected(batch.status)
                for event in batch.events:
                    message = getattr(CATALOGUE[area], event.type.split(".")[-1])
                    found.append((event, message.FromString(event.data)))
                epoch, after = batch.epoch, batch.next_after
                if after >= batch.head:
                    return found

    def set_clock(self, day):
        """Eight o'clock of that day at UTC+8, on every daemon."""
        seconds = calendar.timegm(time.strptime(day, "%Y-%m-%d"))
        for name in self.running:
            self.do("operator", "ops", "SetClock", to=DAEMONS[name], time_us=seconds * 1000000)

    def load_reference(self):
        for noun in ("division", "institution", "person"):
            self.text("nmg", noun, "import", REGION / f"{noun}s.csv")
        self.text("nmg", "programme", "publish", SOURCE / "deploy/programmes/a_framework.yaml")
        self.settle()

    def id_of(self, code):
        return self.do("nmg", "registry", "GetInstitution", ref=code).id

    def person_id(self, staff_no):
        return self.do("nmg", "registry", "GetPerson", ref=staff_no).person.id
