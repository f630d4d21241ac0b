"""CI in, told out: signed webhooks, outbound deliveries, the alert with its webhook and its mail."""
import hashlib
import hmac
import json
import uuid

import standardwebhooks

from harness.stack import until

PUSH = {
    "ref": "refs/heads/main", "after": "0123456789abcdef0123456789abcdef01234567",
    "repository": {"full_name": "acme/shop", "html_url": "https://github.example/acme/shop"},
    "head_commit": {"id": "0123456789abcdef0123456789abcdef01234567", "message": "Fix the basket",
                    "url": "https://github.example/acme/shop/commit/0123456"},
}


def push(client, trigger, secret, body=PUSH, delivery=None, signature=None):
    raw = json.dumps(body).encode()
    signature = signature or "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    return client.session.post(
        f"{client.url}/api/v1/hooks/{trigger['key']}", data=raw, timeout=20,
        headers={"Content-Type": "application/json", "X-GitHub-Event": "push", "X-Hub-Signature-256": signature,
                 "X-GitHub-Delivery": delivery or str(uuid.uuid4()), "Authorization": None})


def test_signed_push_starts_the_suite(client):
    secret = "a-long-shared-secret-of-the-hook"
    trigger = client.post("/api/v1/triggers", {
        "project": "demo", "name": "shop", "provider": "github", "secret": secret, "events": ["push"],
        "branch": "main", "suite": "failing", "environment": "local"}, expect=201)
    assert push(client, trigger, secret, signature="sha256=" + "0" * 64).status_code == 401
    assert push(client, trigger, "another secret").status_code == 401

    delivery = str(uuid.uuid4())
    first = push(client, trigger, secret, delivery=delivery)
    assert first.status_code == 202, first.text
    run = client.execution(first.json()["execution"]["id"])
    assert run["revision"]["commit"] == PUSH["after"] and run["revision"]["branch"] == "main"
    assert run["startedBy"]["kind"] == "trigger"

    again = push(client, trigger, secret, delivery=delivery)
    assert again.status_code == 200 and again.json()["replayed"] is True
    assert again.json()["execution"]["id"] == run["id"]
    started = client.get(f"/api/v1/executions?project=demo&commit={PUSH['after']}")["items"]
    assert len(started) == 1

    other = push(client, trigger, secret, body={**PUSH, "ref": "refs/heads/feature"})
    assert other.status_code == 202 and "ignored" in other.json()
    client.finished(run["id"])
    client.delete(f"/api/v1/triggers/{trigger['id']}")
    assert push(client, trigger, secret).status_code == 404


def test_subscription_delivers_a_signed_event_and_retries(client, webhook):
    webhook.answers.put(500)
    made = client.post("/api/v1/subscriptions", {
        "project": "demo", "name": "told", "url": webhook.url, "events": ["execution.finished"],
        "filter": {"suite": "failing"}}, expect=201)
    run = client.start(testSuite="failing")
    client.finished(run["id"])
    first, second = webhook.next(30), webhook.next(60)
    assert first.body == second.body and first.headers["webhook-id"] == second.headers["webhook-id"]
    payload = standardwebhooks.Webhook(made["secret"]).verify(second.body, second.headers)
    assert payload["type"] == "execution.finished"
    assert run["id"] in second.body.decode()
    until(lambda: len(client.get(f"/api/v1/subscriptions/{made['id']}/deliveries")["items"]) >= 1, what="a delivery log")
    client.delete(f"/api/v1/subscriptions/{made['id']}")


def test_alert_opens_tells_and_is_acknowledged(client, webhook, mailbox):
    hook = client.post("/api/v1/channels", {
        "project": "demo", "name": "hook", "kind": "webhook", "webhook": {"url": webhook.url, "secret": "whsec_" + "QUJD" * 8}},
        expect=201)
    mail = client.post("/api/v1/channels", {
        "project": "demo", "name": "mail", "kind": "email", "email": {"to": ["lead@example.org"]}}, expect=201)
    rule = client.post("/api/v1/alerts/rules", {
        "project": "demo", "name": "failing suite", "metric": "passRate", "suite": "failing", "comparison": "below",
        "threshold": 0.9, "window": {"runs": 10}, "minimumSamples": 1, "severity": "critical",
        "channels": [hook["id"], mail["id"]]}, expect=201)
    run = client.start(testSuite="failing")
    client.finished(run["id"])
    alerts = until(lambda: [alert for alert in client.get("/api/v1/alerts/active?project=demo")["items"]
                            if alert["rule"]["id"] == rule["id"]], 10, "an open alert", every=0.1)
    assert alerts[0]["state"] == "open" and alerts[0]["severity"] == "critical"

    told = webhook.next(20)
    payload = standardwebhooks.Webhook("whsec_" + "QUJD" * 8).verify(told.body, told.headers)
    assert "failing" in json.dumps(payload)
    letter = mailbox.next(20)
    assert letter.rcpt_tos == ["lead@example.org"]
    assert b"failing" in letter.content

    seen = client.post(f"/api/v1/alerts/{alerts[0]['id']}/acknowledge", {"comment": "on it"}, expect=200)
    assert seen["state"] == "acknowledged" and seen["acknowledgedBy"]
    client.delete(f"/api/v1/alerts/rules/{rule['id']}")


def test_metrics_show_the_runs(client):
    run = client.start(testSuite="failing")
    client.finished(run["id"])

    def counted():
        items = client.get("/api/v1/aggregation/metrics?project=demo&suite=failing&bucket=hour")["items"]
        return items if items and items[-1]["runs"] >= 1 else None
    bucket = until(counted, 10, "a rollup")[-1]
    assert bucket["failed"] >= 1 and bucket["passRate"] < 1 and bucket["durationMs"]["max"] > 0
