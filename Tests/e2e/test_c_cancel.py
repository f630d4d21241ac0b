"""Cancel reaches the running command within a second and leaves no process behind."""
import subprocess
import time


def test_cancel_ends_the_command_within_a_second(client):
    client.add_case("sleeper", [{"name": "sleep", "command": {"shell": "echo begun; sleep 4711 & sleep 4711"}}])
    run = client.start(testCase="sleeper")
    client.reached(run["id"], "running")
    while subprocess.run(["pgrep", "-f", "sleep 4711"], capture_output=True).returncode:
        time.sleep(0.02)
    began = time.monotonic()
    client.call("POST", f"/api/v1/executions/{run['id']}/cancellation", 202, json={"reason": "enough"})
    while subprocess.run(["pgrep", "-f", "sleep 4711"], capture_output=True).returncode == 0:
        assert time.monotonic() - began < 5
        time.sleep(0.02)
    took = time.monotonic() - began
    found = client.finished(run["id"])
    assert found["status"] == "cancelled" and found["cancelReason"] == "enough"
    assert took < 1.0, f"the command lived for {took:.2f} s after the request"


def test_cancel_of_a_final_run_is_a_conflict(client):
    run = client.start(testCase="shell-pipeline")
    client.finished(run["id"])
    problem = client.call("POST", f"/api/v1/executions/{run['id']}/cancellation", 409, json={}).json()
    assert problem["code"] == "invalid_transition"


def test_cancel_of_a_suite_cancels_its_children(client):
    steps = [{"name": "sleep", "command": {"argv": ["sleep", "30"]}}]
    client.apply({
        "testCases": [{"key": f"slow-{n}", "name": f"slow {n}", "type": "generic", "steps": steps} for n in range(3)],
        "testSuites": [{"key": "slow", "name": "Slow", "cases": ["slow-0", "slow-1", "slow-2"], "options": {"parallel": 1}}],
    })
    run = client.start(testSuite="slow")
    client.reached(run["id"], "running")
    client.call("POST", f"/api/v1/executions/{run['id']}/cancellation", 202, json={})
    assert client.finished(run["id"], 30)["status"] == "cancelled"
    assert {child["status"] for child in client.children(run["id"])} == {"cancelled"}


def test_step_timeout_kills_the_group(client):
    client.add_case("too-slow", [{"name": "sleep", "command": {"shell": "sleep 4712 & sleep 4712"}, "timeoutMs": 500}])
    run = client.start(testCase="too-slow")
    found = client.finished(run["id"], 30)
    assert found["status"] in ("timeout", "failed") and found["error"]["code"]
    assert subprocess.run(["pgrep", "-f", "sleep 4712"], capture_output=True).returncode == 1


def test_execution_timeout(client):
    client.add_case("over-time", [{"name": "sleep", "command": {"argv": ["sleep", "60"]}}], timeoutMs=1000)
    run = client.start(testCase="over-time")
    assert client.finished(run["id"], 45)["status"] == "timeout"


def test_retry_makes_a_new_run(client):
    run = client.start(testCase="calculator-broken", environment="local")
    assert client.finished(run["id"])["status"] == "failed"
    again = client.post(f"/api/v1/executions/{run['id']}/retry", {}, expect=201)
    assert again["retryOf"] == run["id"] and again["id"] != run["id"]
    assert client.finished(again["id"])["status"] == "failed"
