"""What a step prints is seen while it runs: by curl, by the command line, and again when it is over."""
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import threading

import pytest


@pytest.fixture
def gate():
    """A named pipe at which a step waits until the test opens it; the agent may run as another user."""
    with tempfile.TemporaryDirectory(prefix="assay-gate.") as folder:
        path = pathlib.Path(folder) / "gate"
        os.mkfifo(path)
        os.chmod(folder, 0o755)
        os.chmod(path, 0o666)
        yield path


def go(gate):
    with open(gate, "w") as pipe:
        pipe.write("go\n")


class Follower:
    """An output stream as `curl -N` shows it."""

    def __init__(self, client, execution, query=""):
        self.process = subprocess.Popen(
            ["curl", "-sN", "-H", f"Authorization: Bearer {client.token}", f"{client.url}/api/v1/executions/{execution}/output{query}"],
            stdout=subprocess.PIPE, text=True)
        self.events = []
        self.news = threading.Condition()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        event = {}
        for line in self.process.stdout:
            name, _, value = line.rstrip("\n").partition(": ")
            if name in ("id", "event", "data"):
                event[name] = json.loads(value) if name == "data" else value
            elif event:
                with self.news:
                    self.events.append(event)
                    self.news.notify_all()
                event = {}
        with self.news:
            self.events.append({"event": "closed"})
            self.news.notify_all()

    def text(self, stream="stdout"):
        return "".join(e["data"]["text"] for e in self.events if e["event"] == "output" and e["data"]["stream"] == stream)

    def wait(self, condition, seconds=20):
        with self.news:
            assert self.news.wait_for(lambda: condition(self), seconds), self.events
        return self


def test_output_is_seen_while_the_step_runs(client, gate):
    shell = f"echo before; echo oh >&2; read line < {gate}; printf '\\033[32mafter\\033[0m\\n'"
    client.add_case("talker", [{"name": "quick", "command": {"shell": "echo quick"}}, {"name": "talk", "command": {"shell": shell}}])
    run = client.start(testCase="talker")
    follower = Follower(client, run["id"])
    follower.wait(lambda f: f.text() == "quick\nbefore\n" and f.text("stderr") == "oh\n")
    # The step itself stands in the trace, with its time.
    trace = client.get(f"/api/v1/executions/{run['id']}/trace")
    assert trace["stepCount"] == 1 and trace["running"]["name"] == "talk" and trace["running"]["elapsedMs"] >= 0
    half = follower.events[-1]["id"]
    go(gate)
    follower.wait(lambda f: f.events[-1]["event"] == "closed")
    assert follower.text() == "quick\nbefore\n\x1b[32mafter\x1b[0m\n"
    assert follower.events[-2] == {"event": "end", "data": {"attempt": 1, "status": "passed"}}
    assert client.get(f"/api/v1/executions/{run['id']}/trace")["running"] is None
    # The id is the offset: from there on it is the rest, and all of it are the bytes of the results.
    rest = Follower(client, run["id"], f"?after={half}").wait(lambda f: f.events and f.events[-1]["event"] == "closed")
    assert rest.text() == "\x1b[32mafter\x1b[0m\n"
    printed = sum(s["output"]["stdout"]["bytes"] + s["output"]["stderr"]["bytes"] for s in client.steps(run["id"]))
    assert [e["id"] for e in follower.events if "id" in e][-1] == str(printed)


def test_logs_prints_it_and_follows(stack, client, gate):
    client.add_case("narrator", [{"name": "say", "command": {"shell": f"echo one; read line < {gate}; echo two; echo bad >&2"}}])
    run = client.start(testCase="narrator")
    logs = stack.assay_started("logs", "-f", str(run["number"]))
    assert logs.stdout.readline() == "one\n"
    go(gate)
    out, errors = logs.communicate(timeout=30)
    assert (out, errors, logs.returncode) == ("two\n", "bad\n", 0)
    again = stack.assay("logs", f"#{run['number']}")
    assert (again.stdout, again.stderr, again.returncode) == ("one\ntwo\n", "bad\n", 0)


def test_long_output_is_whole(client):
    client.add_case("long-talker", [{"name": "much", "command": {"shell": "seq 1 200000"}}])
    run = client.start(testCase="long-talker")
    assert client.finished(run["id"])["status"] == "passed"
    follower = Follower(client, run["id"]).wait(lambda f: f.events and f.events[-1]["event"] == "closed", 30)
    assert follower.text() == "".join(f"{n}\n" for n in range(1, 200_001))
    assert follower.events[-2]["data"]["status"] == "passed"
    found = client.get(f"/api/v1/executions/{run['id']}/output/search?q=99999&limit=2")
    assert (found["matches"], found["lines"], found["unsearchedBytes"]) == (2, 2, 0)
    assert [(line["step"], line["stream"], line["line"], line["text"]) for line in found["items"]] == [
        (1, "stdout", 99_999, "99999"), (1, "stdout", 199_999, "199999")]


def test_interrupt_says_how_to_cancel_or_cancels(stack, client, gate):
    client.add_case("endless", [{"name": "wait", "command": {"shell": f"echo here; read line < {gate}"}}])
    for more, code in (([], 130), (["--cancel-on-interrupt"], 1)):
        watcher = stack.assay_started("run", "--case", "endless", "--wait", *more)
        number = watcher.stdout.readline().split()[0].lstrip("#")
        run = client.get(f"/api/v1/executions?project=demo&number={number}")["items"][0]
        Follower(client, run["id"]).wait(lambda f: f.text() == "here\n")
        watcher.send_signal(signal.SIGINT)
        out, errors = watcher.communicate(timeout=40)
        assert watcher.returncode == code, (out, errors)
        if more:
            assert "cancelled by" in out and client.execution(run["id"])["status"] == "cancelled"
        else:
            assert f"assay cancel {number}" in errors
            assert client.execution(run["id"])["status"] == "running"
            cancelled = stack.assay("cancel", number, "--reason", "enough")
            assert cancelled.returncode == 0, cancelled.stderr
            assert client.finished(run["id"])["cancelReason"] == "enough"


def test_the_command_line_for_scripts(stack, client, tmp_path):
    report = tmp_path / "report.xml"
    failed = stack.assay("run", "failing", "--wait", "--json", "--junit", str(report))
    document = json.loads(failed.stdout)
    assert failed.returncode == 1 and document["status"] == "failed"
    assert [case["error"]["code"] for case in document["cases"] if case["status"] == "failed"] == ["step_failed"]
    assert all(case["error"]["hint"] for case in document["cases"] if case["error"])
    import xml.etree.ElementTree as ElementTree
    suite = ElementTree.parse(report).getroot().find("testsuite")
    assert suite.get("failures") == "1" and len(suite.findall("testcase")) == len(document["cases"])
    listed = json.loads(stack.assay("list", "--json", "--limit", "1").stdout)
    assert listed[0]["number"] == document["number"]
    assert f"#{document['number']}" in stack.assay("list").stdout
    assert stack.assay("--version").stdout.strip() == client.get("/api/v1/system")["version"]
    client.add_case("needs-variable", [{"name": "say", "command": {"shell": "echo ${nowhere}"}}])
    missing = stack.assay("run", "--case", "needs-variable", "--wait")
    assert missing.returncode == 2, missing.stdout
    assert missing.stdout.count("'nowhere' is not set") == 1, missing.stdout
    absent = stack.assay("run", "no-such-suite")
    assert absent.returncode == 2 and absent.stderr.count("no-such-suite") == 1, absent.stderr
