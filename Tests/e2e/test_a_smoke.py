"""The straight line: a fresh stack is ready, the example suites run, the client's exit codes tell the verdict."""
import os
import stat


def test_ready_healthy_and_measured(client):
    assert client.status("/healthz") == 200
    assert client.status("/readyz") == 200
    metrics = client.call("GET", "/metrics", 200)
    assert "# TYPE" in metrics.text


def test_credentials_are_private(stack):
    path = stack.home / "credentials.json"
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    known = stack.credentials()
    assert set(known) >= {"url", "email", "password"} and known["url"] == stack.url
    assert known["password"] in stack.said


def test_smoke_suite_passes(client):
    run = client.start(testSuite="smoke")
    found = client.finished(run["id"])
    children = client.children(run["id"])
    assert found["status"] == "passed", [(c["name"], c["status"], c["error"]) for c in children]
    assert found["counts"]["passed"] == found["counts"]["total"] == len(children) >= 6
    assert found["number"] >= 1


def test_failing_suite_fails_and_says_why(client):
    run = client.start(testSuite="failing")
    assert client.finished(run["id"])["status"] == "failed"
    failed = [child for child in client.children(run["id"]) if child["status"] == "failed"]
    assert [child["definition"]["key"] for child in failed] == ["calculator-broken"]
    steps = client.steps(failed[0]["id"])
    assert "ZeroDivisionError" in steps[-1]["output"]["stderr"]["head"]
    assert any(not check["passed"] for check in steps[-1]["checks"])


def test_http_steps_carry_timings(client):
    run = client.start(testCase="api-health", environment="local")
    assert client.finished(run["id"])["status"] == "passed"
    step = client.steps(run["id"])[0]
    assert step["output"]["response"]["status"] == 200
    assert set(step["timings"]) >= {"connectMs", "firstByteMs", "totalMs"}


def test_client_exit_codes(stack):
    passed = stack.assay("run", "smoke", "--wait")
    assert passed.returncode == 0, passed.stdout + passed.stderr
    failed = stack.assay("run", "failing", "--wait")
    assert failed.returncode == 1, failed.stdout + failed.stderr
    absent = stack.assay("run", "no-such-suite", "--wait")
    assert absent.returncode == 2, absent.stdout + absent.stderr


def test_client_applies_the_same_catalog_without_a_change(stack, client):
    before = definitions(client)
    lines = client.get("/api/v1/audit?project=demo&limit=1")["items"]
    applied = stack.assay("apply", "examples/assay.yaml")
    assert applied.returncode == 0, applied.stdout + applied.stderr
    assert applied.stdout.startswith("0 created, 0 updated, "), applied.stdout
    assert definitions(client) == before and len(before) > 5
    assert client.get("/api/v1/audit?project=demo&limit=1")["items"] == lines


def definitions(client):
    """Version of every definition by its address."""
    found = {}
    for path in ("test-cases", "test-suites", "test-items"):
        items = client.get(f"/api/v1/{path}?project=demo&limit=200")["items"]
        found.update({f"{path}/{one['key']}": one["version"] for one in items})
    return found


def test_start_is_idempotent(client):
    key = {"Idempotency-Key": "smoke-once"}
    first = client.call("POST", "/api/v1/executions", 201, json={"project": "demo", "testCase": "shell-pipeline"}, headers=key)
    again = client.call("POST", "/api/v1/executions", 201, json={"project": "demo", "testCase": "shell-pipeline"}, headers=key)
    assert again.json()["id"] == first.json()["id"]
    assert again.headers["Idempotency-Replayed"] == "true"
    other = client.call("POST", "/api/v1/executions", json={"project": "demo", "testCase": "api-health"}, headers=key)
    assert other.status_code == 409


def test_api_document_is_valid_and_the_viewer_needs_nobody_else(client):
    from openapi_spec_validator import validate

    document = client.get("/api/v1/openapi.json")
    assert document["openapi"].startswith("3.1")
    validate(document)
    page = client.call("GET", "/api/docs", 200)
    assert "http" + "s://" not in page.text
    assert client.call("GET", "/api/docs/vendor/swagger-ui-bundle.js", 200).headers["Content-Type"].startswith("text/javascript")


def test_artifacts_of_long_output(client):
    client.add_case("long-output", [{"name": "much", "command": {"shell": "seq 1 20000"}}])
    run = client.start(testCase="long-output")
    assert client.finished(run["id"])["status"] == "passed"
    output = client.steps(run["id"])[0]["output"]["stdout"]
    assert output["bytes"] > len(output["head"]) + len(output["tail"])
    listed = client.get(f"/api/v1/executions/{run['id']}/artifacts")["items"]
    assert len(listed) >= 1
    body = client.call("GET", f"/api/v1/executions/{run['id']}/artifacts/{listed[0]['name']}", 200)
    assert len(body.content) == listed[0]["bytes"]
    import hashlib
    assert hashlib.sha256(body.content).hexdigest() == listed[0]["sha256"]
