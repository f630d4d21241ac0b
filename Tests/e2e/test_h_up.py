"""The supervisor: restarts what dies, stops cleanly, keeps data, refuses a second start, leaves nothing behind."""
import pathlib
import signal
import subprocess
import time

import pytest

from harness.stack import BUILD, Stack, is_running, until


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    # A long path: sockets must find a place that fits into 107 bytes.
    home = tmp_path_factory.mktemp("a" * 60) / ("b" * 60)
    home.mkdir()
    stack = Stack(home).start()
    yield stack
    stack.remove()


def family(stack):
    """Every process that the stack has started, nginx workers included."""
    parents = {}
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found, queue = [], [stack.process.pid]
    while queue:
        pid = queue.pop()
        found.append(pid)
        queue += parents.get(pid, [])
    return found


def test_two_stacks_side_by_side(stack, own):
    assert stack.port != own.port
    first, second = stack.client(), own.client()
    assert first.status("/readyz") == second.status("/readyz") == 200
    run = second.start(testCase="shell-pipeline")
    assert second.finished(run["id"])["status"] == "passed"
    assert first.call("GET", f"/api/v1/executions/{run['id']}").status_code == 404


def test_a_second_up_on_the_same_home_refuses(own):
    second = subprocess.run([BUILD / "assay-server", "up"], env=own.environment, capture_output=True, text=True, timeout=30)
    assert second.returncode != 0 and "already runs" in second.stderr


def test_a_taken_port_is_named(own, tmp_path):
    second = subprocess.run([BUILD / "assay-server", "up"], capture_output=True, text=True, timeout=30,
                            env={**own.environment, "ASSAY_HOME": str(tmp_path / "other")})
    assert second.returncode != 0 and f"port {own.port} is taken" in second.stderr


def test_restart_under_five_seconds_keeps_data(own):
    client = own.client()
    run = client.start(testCase="shell-pipeline")
    client.finished(run["id"])
    everyone = family(own)
    assert own.stop() == 0
    assert not [pid for pid in everyone if is_running(pid)]
    began = time.monotonic()
    own.start()
    took = time.monotonic() - began
    assert own.client().execution(run["id"])["status"] == "passed"
    assert took < 5, f"the second start took {took:.1f} s"


def test_kill_of_up_leaves_nothing_running(own):
    everyone = family(own)
    own.process.kill()
    own.process.wait()
    until(lambda: not [pid for pid in everyone if is_running(pid)], 15, "the end of every child")
    own.start()
    assert own.client().status("/readyz") == 200


@pytest.mark.parametrize("role", ["api-1", "agents", "events", "scheduler", "nginx", "mariadbd", "agent"])
def test_a_dead_role_is_restarted_with_a_log_line(own, role):
    client = own.client()
    old = own.kill(role)
    until(lambda: own.pids().get(role, 0) not in (0, old), 15, f"a new {role}")
    until(lambda: client.status("/readyz") == 200, 30, "a ready stack")
    assert f'"child":"{role}"' in (own.home / "up.err").read_text()


def test_sigterm_of_a_role_drains(own):
    client = own.client()
    old = own.kill("api-2", signal.SIGTERM)
    for _ in range(50):
        assert client.status("/healthz") == 200
    until(lambda: own.pids().get("api-2", 0) not in (0, old), 15, "a new api-2")


def test_the_own_agent_stays_revoked_until_somebody_brings_it_back(own):
    client = own.client()

    def agents(state):
        return [agent for agent in client.get("/api/v1/agents?project=demo")["items"] if agent["name"] == "local" and agent["state"] == state]
    old = until(lambda: agents("online"), 15, "the own agent online")[0]
    client.delete(f"/api/v1/agents/{old['id']}")
    until(lambda: '"event":"role.retired"' in (own.home / "up.err").read_text(), 15, "the line that says so")
    assert own.pids()["agent"] == 0
    deaths = (own.home / "up.err").read_text().count('"child":"agent"')
    # A restart of everything else must not be a way back either.
    assert own.stop() == 0
    own.start()
    until(lambda: (own.home / "up.err").read_text().count('"event":"role.retired"') == 2, 15, "the line again")
    assert (own.home / "up.err").read_text().count('"child":"agent"') <= deaths + 4
    back = subprocess.run([BUILD / "assay-server", "admin", "agent"], env=own.environment, capture_output=True, text=True, timeout=30)
    assert back.returncode == 0, back.stderr
    client = own.client()
    new = until(lambda: agents("online"), 20, "the own agent back")[0]
    assert new["id"] != old["id"]
    run = client.start(testCase="shell-pipeline")
    assert client.finished(run["id"])["status"] == "passed"


def test_background_commands(tmp_path):
    import os

    from harness.stack import ROOT, free_port
    environment = {**os.environ, "ASSAY_HOME": str(tmp_path / "home"), "ASSAY_PORT": str(free_port()), "BUILD": BUILD.name,
                   "SWIFT": "true", "ASSAY_DB_BUFFER_MIB": "64", "LLVM_PROFILE_FILE": "/dev/null"}

    def stack(word):
        return subprocess.run(["bin/stack", word], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert stack("status").returncode == 3
    up = stack("up")
    try:
        assert up.returncode == 0, up.stdout + up.stderr
        assert "password" in up.stdout and environment["ASSAY_PORT"] in up.stdout
        assert "already running" in stack("up").stdout
        status = stack("status")
        assert status.returncode == 0 and "ready" in status.stdout and "api-2" in status.stdout
    finally:
        down = stack("down")
    assert down.returncode == 0 and "stopped" in down.stdout
    assert stack("status").returncode == 3
