"""Disturbs one process in the middle of the example suite and checks that nothing is lost and nothing is stuck."""
import contextlib
import random
import signal
import subprocess
import time

from harness.client import FINAL
from harness.stack import BUILD, until

ROLES = ["api-1", "agents", "events", "scheduler", "agent", "mariadbd", "nginx"]
PAUSED_SCHEDULER, PAUSED_AGENT, RESTARTED_DATABASE = "scheduler paused", "agent paused", "mariadbd restarted"
# What can happen in a round: a role is killed with -9, or one of the others.
ACTS = [*ROLES, PAUSED_SCHEDULER, PAUSED_AGENT, RESTARTED_DATABASE]


def prepare(client):
    """A suite that lasts a few seconds whatever the machine does: kills must fall inside it."""
    steps = [{"name": f"step {n}", "command": {"shell": f"sleep 0.2; echo {n}"}} for n in range(1, 9)]
    cases = [{"key": f"chaos-{n}", "name": f"chaos {n}", "type": "generic", "timeoutMs": 60000, "steps": steps} for n in range(4)]
    suite = {"key": "chaos", "name": "Chaos", "cases": [case["key"] for case in cases], "options": {"parallel": 4}}
    client.apply({"testCases": cases, "testSuites": [suite]})


def acknowledged(client, execution):
    """Step sequences the server has confirmed, by (execution, attempt)."""
    found = {}
    for child in client.children(execution):
        for attempt in client.get(f"/api/v1/executions/{child['id']}/attempts")["items"]:
            path = f"/api/v1/executions/{child['id']}/trace?attempt={attempt['attempt']}"
            found[child["id"], attempt["attempt"]] = [step["sequence"] for step in client.get(path)["steps"]]
    return found


def one_round(stack, client, act, delay=None):
    """Returns milliseconds from the disturbance until the stack is ready, and until the suite is final."""
    with standby(stack) if act == PAUSED_SCHEDULER else contextlib.nullcontext():
        run = client.start(testSuite="chaos")
        client.reached(run["id"], "running", 30)
        time.sleep(random.uniform(0, 1.5) if delay is None else delay)
        before = acknowledged(client, run["id"])
        began = time.monotonic()
        disturb(stack, act)
        until(lambda: client.status("/readyz") == 200, 60, f"ready after {act}")
        ready_ms = (time.monotonic() - began) * 1000

        def ended():
            answer = client.call("GET", f"/api/v1/executions/{run['id']}")
            return answer.status_code == 200 and answer.json()["status"] in FINAL and answer.json()
        found = until(ended, 90, f"the end of a suite after {act}", every=0.2)
        final_ms = (time.monotonic() - began) * 1000
    children = client.children(run["id"])
    assert found["status"] == "passed", (act, found["status"], [(c["name"], c["status"], c["error"]) for c in children])
    after = acknowledged(client, run["id"])
    for key, sequences in before.items():
        assert after.get(key, [])[:len(sequences)] == sequences, f"{act}: lost confirmed steps of {key}"
    for child in children:
        steps = client.steps(child["id"])
        assert [step["sequence"] for step in steps] == list(range(1, 9)), (act, child["name"], len(steps))
    return ready_ms, final_ms


def disturb(stack, act):
    if act == PAUSED_SCHEDULER:
        def leader():
            return stack.sql("SELECT owner FROM leaderships WHERE name = 'engine'")
        old = leader()
        pause(stack, "scheduler", lambda: leader() != old, "another leader")
    elif act == PAUSED_AGENT:
        def sessions():
            return stack.sql("SELECT COUNT(*) FROM agents a JOIN agent_sessions s ON s.id = a.session_id "
                             "WHERE a.name = 'local' AND s.ended_at IS NULL")
        pause(stack, "agent", lambda: sessions() == "0", "the end of the agent's session")
    else:
        role, number = ("mariadbd", signal.SIGTERM) if act == RESTARTED_DATABASE else (act, signal.SIGKILL)
        old = stack.kill(role, number)
        until(lambda: stack.pids().get(role, 0) not in (0, old), 30, f"a new {role}")


def pause(stack, role, overtaken, what):
    """Stops a process until the others have gone on without it, then lets it wake up in the past."""
    pid = stack.kill(role, signal.SIGSTOP)
    try:
        until(overtaken, 45, what)  # an idle lease is 30 s
    finally:
        stack.kill(role, signal.SIGCONT)
    assert stack.pids()[role] == pid, f"{role} was to be the same process"


@contextlib.contextmanager
def standby(stack):
    """A second scheduler, which leads as soon as the first one is overtaken."""
    child = subprocess.Popen([BUILD / "assay-server", "scheduler"], env=stack.environment | {"ASSAY_ROLE_NAME": "standby"},
                             stdout=subprocess.DEVNULL, stderr=open(stack.home / "log" / "standby.log", "a"))
    try:
        until(lambda: list(stack.home.glob(f"bells/engine.{child.pid}*")), 20, "a second scheduler")
        yield
    finally:
        child.terminate()
        child.wait(30)


def at_rest(stack):
    """Waits until nothing runs and all is told, so that the whole history can be checked."""
    until(lambda: stack.sql("SELECT (SELECT COUNT(*) FROM outbox) + (SELECT COUNT(*) FROM executions WHERE finished_at IS NULL)")
          == "0", 30, "a stack at rest")
