"""A release stack of its own to measure: its database, its processes, suites of no-op cases."""
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests"))
from harness.client import FINAL  # noqa: E402
from harness.stack import Stack, until  # noqa: E402

NO_OP = [{"name": "nothing", "command": {"argv": ["true"]}}]
TICKS = os.sysconf("SC_CLK_TCK")


class Database:
    """The stack's database as root, through the command line client."""

    def __init__(self, stack):
        self.stack = stack

    def run(self, sql):
        return self.stack.sql(sql)

    def rows(self, sql):
        return [line.split("\t") for line in self.run(sql).split("\n") if line]

    def number(self, sql):
        return int(self.run(sql))

    def session(self):
        """An open session that takes statements on its standard input."""
        return subprocess.Popen([*self.stack.sql_words, "--unbuffered"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


class Place:
    def __init__(self, agent_slots=4, **settings):
        self.stack = Stack(ASSAY_AGENT_SLOTS=str(agent_slots), ASSAY_LOG_LEVEL="warning",
                           **{"ASSAY_DB_BUFFER_MIB": "512", **settings})

    def __enter__(self):
        self.stack.start()
        try:
            self.prepare()
        except BaseException:
            self.stack.remove()
            raise
        return self

    def prepare(self):
        self.database = Database(self.stack)
        person = self.stack.client()
        self.client = type(person)(self.stack.url, person.api_token("bench"))
        self.person = person

    def __exit__(self, *_):
        self.stack.remove()

    @property
    def url(self):
        return self.stack.url

    # Work

    def plant_suite(self, key, count, project="demo", case="no-op", **options):
        """A suite that runs `count` cases of one step; cases are added in slices that a request body can hold."""
        names = [f"{case}-{number}" for number in range(count)]
        for start in range(0, count, 2000):
            self.client.apply({"testCases": [
                {"key": name, "name": name, "type": "generic", "steps": NO_OP} for name in names[start:start + 2000]]}, project)
        self.client.apply({"testSuites": [{"key": key, "name": key, "cases": names, "options": options}]}, project)

    def run_suite(self, key, seconds=1800, project="demo"):
        """Seconds from the POST until the suite is final. It must pass."""
        began = time.monotonic()
        run = self.client.start(project, testSuite=key)
        found = self.client.finished(run["id"], seconds)
        took = time.monotonic() - began
        assert found["status"] == "passed", f"{key}: {found['status']}"
        return took

    def settle(self, seconds=3):
        """Lets the folds and notifications of the last run come to rest."""
        limit = time.monotonic() + 30
        while time.monotonic() < limit and self.database.number("SELECT COUNT(*) FROM outbox"):
            time.sleep(0.1)
        time.sleep(seconds)

    # Processes

    def restart(self, role):
        """A fresh process: what the old one had allocated and would use again is gone."""
        old = self.stack.kill(role, signal.SIGTERM)
        until(lambda: self.stack.pids().get(role, old) != old and self.stack.is_ready(), 60, f"a new {role}")

    def processes(self, role):
        """The role's process and all below it."""
        return tree(self.stack.pids()[role])

    def memory(self):
        """PSS in MiB per role: shared pages are counted once, split among those that share them."""
        found = {role: sum(map(pss, tree(pid))) / 1024 for role, pid in self.stack.pids().items()}
        return found | {"up": pss(self.stack.process.pid) / 1024}

    def cpu_seconds(self):
        """Seconds of processor time that each role has used so far, by role."""
        found = {role: sum(map(cpu, tree(pid))) for role, pid in self.stack.pids().items()}
        return found | {"up": cpu(self.stack.process.pid)}


def tree(pid):
    children = {}
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            children.setdefault(int(path.read_text().rsplit(")", 1)[1].split()[1]), []).append(int(path.parent.name))
        except OSError:
            pass  # ended meanwhile

    def below(parent):
        return [parent] + [each for child in children.get(parent, []) for each in below(child)]
    return below(pid)


def pss(pid):
    """In KiB."""
    return int(re.search(r"(?m)^Pss:\s+(\d+)", pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text())[1])


def cpu(pid):
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / TICKS
