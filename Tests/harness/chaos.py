"""Kills one process in the middle of the example suite and checks that nothing is lost and nothing is stuck."""
import random
import time

from harness.client import FINAL
from harness.stack import until

ROLES = ["api-1", "agents", "events", "scheduler", "agent", "mariadbd", "nginx"]


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


def one_round(stack, client, role, delay=None):
    """Returns milliseconds from the kill until the stack is ready, and until the suite is final."""
    run = client.start(testSuite="chaos")
    client.reached(run["id"], "running", 30)
    time.sleep(random.uniform(0, 1.5) if delay is None else delay)
    before = acknowledged(client, run["id"])
    old = stack.kill(role)
    killed = time.monotonic()
    until(lambda: stack.pids().get(role, 0) not in (0, old), 30, f"a new {role}")
    until(lambda: client.status("/readyz") == 200, 60, f"ready after the death of {role}")
    ready_ms = (time.monotonic() - killed) * 1000

    def ended():
        answer = client.call("GET", f"/api/v1/executions/{run['id']}")
        return answer.status_code == 200 and answer.json()["status"] in FINAL and answer.json()
    found = until(ended, 90, f"the end of a suite after the death of {role}", every=0.2)
    final_ms = (time.monotonic() - killed) * 1000
    children = client.children(run["id"])
    assert found["status"] == "passed", (role, found["status"], [(c["name"], c["status"], c["error"]) for c in children])
    after = acknowledged(client, run["id"])
    for key, sequences in before.items():
        assert after.get(key, [])[:len(sequences)] == sequences, f"{role}: lost confirmed steps of {key}"
    for child in children:
        steps = client.steps(child["id"])
        assert [step["sequence"] for step in steps] == list(range(1, 9)), (role, child["name"], len(steps))
    return ready_ms, final_ms
