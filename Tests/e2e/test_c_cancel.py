"""Cancel reaches the running command, lets it end by itself and leaves no process behind."""
import subprocess

from harness.stack import until


def test_cancel_reaches_the_command_and_lets_it_end_by_itself(client):
    # What the shell says when it is told to stop is in the trace only if it was told, and not killed, nor given up on.
    shell = "trap 'echo told; exit 0' TERM; echo begun; sleep 4711 & wait; echo not told"
    client.add_case("sleeper", [{"name": "sleep", "command": {"shell": shell}}])
    run = client.start(testCase="sleeper")
    client.reached(run["id"], "running")
    until(lambda: not subprocess.run(["pgrep", "-f", "sleep 4711"], capture_output=True).returncode, 30, "the command")
    client.call("POST", f"/api/v1/executions/{run['id']}/cancellation", 202, json={"reason": "enough"})
    found = client.finished(run["id"])
    assert found["status"] == "cancelled" and found["cancelReason"] == "enough"
    assert subprocess.run(["pgrep", "-f", "sleep 4711"], capture_output=True).returncode == 1
    output = client.steps(run["id"])[0]["output"]
    assert output["stdout"]["head"] == "begun\ntold\n", output
    assert "signal" not in output or output["signal"] is None, output


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
