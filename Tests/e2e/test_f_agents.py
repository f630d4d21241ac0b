"""Agents: enrolment once, writes bound to their execution, revocation at once."""
import subprocess
import time
import uuid

from harness.client import Client
from harness.stack import BUILD, until


def enrol(client, name, project=None, labels=()):
    body = {"expiresInMs": 60000} | ({"project": project} if project else {})
    token = client.post("/api/v1/agents/enrolment-tokens", body, expect=201)["token"]
    request = {"token": token, "name": name, "labels": list(labels), "slots": 1, "protocol": {"min": 1, "max": 1}}
    made = Client(client.url).post("/api/v1/agents/register", request, expect=201)
    again = Client(client.url).call("POST", "/api/v1/agents/register", json=request)
    assert again.status_code in (401, 409), "an enrolment token must work once"
    return made


def test_a_lost_enrolment_answer_is_given_again(client):
    token = client.post("/api/v1/agents/enrolment-tokens", {"project": "demo", "expiresInMs": 60000}, expect=201)["token"]
    request = {"token": token, "name": "lost-" + uuid.uuid4().hex[:6], "labels": [], "slots": 1, "protocol": {"min": 1, "max": 1},
               "nonce": uuid.uuid4().hex * 2}
    first = Client(client.url).post("/api/v1/agents/register", request, expect=201)
    assert Client(client.url).post("/api/v1/agents/register", request, expect=201) == first
    other = Client(client.url).call("POST", "/api/v1/agents/register", json={**request, "nonce": uuid.uuid4().hex * 2})
    assert other.status_code == 401
    client.delete(f"/api/v1/agents/{first['agent']['id']}")


def test_a_credential_is_worth_nothing_with_another_session(client):
    client.add_case("guarded", [{"name": "stay", "wait": {"durationMs": 3000}}])
    run = client.start(testCase="guarded")
    until(lambda: client.execution(run["id"])["status"] == "running", 20, "the case running")
    made = enrol(client, "thief-" + uuid.uuid4().hex[:6], project="demo")
    agent = Client(client.url, made["credential"])
    # Whoever runs it, its session is not this agent's; a session of its own does not hold the run either.
    own = agent.post("/agent/v1/session", {"protocol": 1, "labels": ["none"], "slots": 1, "isolation": "none"}, expect=201)
    agent.session.headers["Assay-Session"] = own["session"]
    finish = agent.call("POST", f"/agent/v1/executions/{run['id']}/finish", json={"fence": 1, "lastSeq": 0, "verdict": "failed"})
    assert finish.status_code == 409
    assert client.finished(run["id"])["status"] == "passed"
    client.delete(f"/api/v1/agents/{made['agent']['id']}")


def test_a_revoked_agent_gets_401(client):
    made = enrol(client, "revoked-" + uuid.uuid4().hex[:6], project="demo")
    agent = Client(client.url, made["credential"])
    session = agent.post("/agent/v1/session", {"protocol": 1, "labels": [], "slots": 1, "isolation": "none"}, expect=201)
    agent.session.headers["Assay-Session"] = session["session"]
    agent.post("/agent/v1/heartbeat", {"inventory": [], "streamOpen": True}, expect=200)
    stream = agent.call("GET", "/agent/v1/control", 200, stream=True, timeout=20)
    client.delete(f"/api/v1/agents/{made['agent']['id']}")
    began = time.monotonic()
    for _ in stream.iter_content(1):
        assert time.monotonic() - began < 5, "the control stream of a revoked agent stays open"
    assert agent.call("POST", "/agent/v1/heartbeat", json={"inventory": [], "streamOpen": False}).status_code == 401
    steps = f"/agent/v1/executions/{uuid.uuid4()}/steps"
    assert agent.call("POST", steps, json={"fence": 1, "firstSeq": 1, "steps": []}).status_code == 401


def test_a_stale_fence_is_refused(client):
    run = client.start(testCase="shell-pipeline")
    client.finished(run["id"])
    made = enrol(client, "late-" + uuid.uuid4().hex[:6], project="demo")
    agent = Client(client.url, made["credential"])
    session = agent.post("/agent/v1/session", {"protocol": 1, "labels": ["none"], "slots": 1, "isolation": "none"}, expect=201)
    agent.session.headers["Assay-Session"] = session["session"]
    for path, body in (("accept", {"fence": 1}), ("steps", {"fence": 1, "firstSeq": 1, "steps": []}),
                       ("finish", {"fence": 1, "lastSeq": 0, "verdict": "failed"})):
        answer = agent.call("POST", f"/agent/v1/executions/{run['id']}/{path}", json=body)
        assert answer.status_code == 409 and answer.json()["code"] == "stale_fence", answer.text
    assert client.execution(run["id"])["status"] == "passed"
    client.delete(f"/api/v1/agents/{made['agent']['id']}")


def test_secrets_never_show(stack, client):
    secret = "correct-horse-battery-staple"
    client.put("/api/v1/secrets/TOKEN?project=demo", {"value": secret}, expect=204)
    client.add_case("leaky", [
        {"name": "print it", "command": {"shell": "echo \"got $T\"; echo $T >&2", "env": {"T": "${secret:TOKEN}"}},
         "expect": {"stdout": {"contains": "got"}}, "capture": {"seen": {"from": "stdout"}}},
        {"name": "print it again", "command": {"argv": ["echo", "${seen}"]}},
    ])
    run = client.start(testCase="leaky")
    assert client.finished(run["id"])["status"] == "passed"
    trace = client.call("GET", f"/api/v1/executions/{run['id']}/trace", 200).text
    assert "got" in trace and secret not in trace
    found = subprocess.run(["grep", "-rlaF", secret, str(stack.home)], capture_output=True, text=True).stdout
    assert found == "", f"the secret lies in {found}"


def test_another_agent_works_beside(stack, client, tmp_path):
    token = client.post("/api/v1/agents/enrolment-tokens", {"project": "demo", "expiresInMs": 60000}, expect=201)["token"]
    import os
    name = "beside-" + uuid.uuid4().hex[:6]
    agent = subprocess.Popen(
        [BUILD / "assay-agent"], stderr=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "ASSAY_AGENT_URL": stack.url, "ASSAY_AGENT_ENROLMENT_TOKEN": token, "ASSAY_AGENT_NAME": name,
             "ASSAY_AGENT_LABELS": "special", "ASSAY_AGENT_HOME": str(tmp_path), "LLVM_PROFILE_FILE": "/dev/null"})
    try:
        until(lambda: [a for a in client.get("/api/v1/agents?project=demo")["items"] if a["name"] == name and a["state"] == "online"],
              15, "the new agent online")
        client.add_case("special", [{"name": "here", "command": {"argv": ["true"]}}], labels=["special"])
        run = client.start(testCase="special")
        assert client.finished(run["id"])["status"] == "passed"
        attempt = client.get(f"/api/v1/executions/{run['id']}/attempts")["items"][0]
        assert attempt["agent"]["name"] == name
    finally:
        agent.terminate()
        agent.wait(20)
