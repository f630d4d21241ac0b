"""One of everything that people set up, with the names that people give."""
import pytest

from harness.stack import until

LONG = "A name that somebody wrote without thinking of anybody who reads it on a narrow screen, Grüße 東京 עברית"
GONE = "01a20ffe-7952-7ee6-9b41-0f4ec6555f83"
STEP = {"name": "say hello", "command": {"argv": ["echo", "x" * 300]}}


@pytest.fixture(scope="session")
def set_up(client):
    """One of everything, with the names that people give."""
    def add(place, body):
        return client.post(f"/api/v1/{place}", {"project": "demo", "name": LONG[:100], **body})["id"]

    client.apply({
        "testCases": [{"key": "k" * 63, "name": LONG, "type": "generic", "steps": [STEP] * 30, "tags": [f"tag-{n}" for n in range(12)],
                       "description": LONG * 3, "parameters": {"w" * 60: "v" * 300}}],
        "testItems": [{"key": "long-item", "name": LONG, "parameters": {"a": LONG}, "rows": [{"a": n, "b": LONG} for n in range(20)]}],
        "testSuites": [{"key": "long-suite", "name": LONG, "cases": ["k" * 63], "options": {"parallel": 4, "stopOnFailure": True}}]})
    client.apply({"testCases": [{"key": "k" * 63, "name": LONG, "type": "generic", "steps": [STEP]}]})
    channel = add("channels", {"kind": "webhook", "webhook": {"url": "http://127.0.0.1:1/" + "x" * 300}})
    client.post(f"/api/v1/channels/{channel}/test")
    rule = add("alerts/rules", {"metric": "passRate", "comparison": "below", "suite": "long-suite", "threshold": 0.5,
                                "window": {"runs": 5}, "channels": [channel]})
    trigger = add("triggers", {"provider": "github", "suite": "long-suite", "branch": "b" * 200, "events": ["push", "pull_request"]})
    subscription = add("subscriptions", {"url": "http://127.0.0.1:1/" + "y" * 300, "events": [
        "execution.finished", "alert.opened", "alert.acknowledged", "alert.resolved"]})
    client.finished(client.start(testSuite="long-suite")["id"])
    client.add_case("breaks", [{"name": "false", "command": {"argv": ["false"]}}])
    client.apply({"testSuites": [{"key": "breaking", "name": LONG, "cases": ["breaks"]}]})
    broken = add("alerts/rules", {"name": "Broken, " + LONG[:80], "metric": "passRate", "comparison": "below", "suite": "breaking", "threshold": 1.0,
                                  "window": {"runs": 1}, "channels": [channel], "severity": "critical"})
    client.finished(client.start(testSuite="breaking")["id"])
    until(lambda: client.get(f"/api/v1/alerts/rules/{broken}")["activeAlert"], what="an alert")
    client.post("/api/v1/projects", {"key": "void", "name": "Void"}, expect=(201, 409))
    at = "/p/demo"
    pages = {
        "cases": f"{at}/cases", "case": f"{at}/cases/{'k' * 63}", "items": f"{at}/items", "item": f"{at}/items/long-item",
        "suite": f"{at}/suites/long-suite", "suites": f"{at}/suites", "rules": f"{at}/alerts/rules", "rule": f"{at}/alerts/rules/{rule}",
        "channels": f"{at}/settings/channels", "channel": f"{at}/settings/channels/{channel}",
        "notifications": f"{at}/settings/notifications", "triggers": f"{at}/settings/triggers",
        "trigger": f"{at}/settings/triggers/{trigger}", "hook-entries": f"{at}/settings/triggers/{trigger}/deliveries", "subscriptions": f"{at}/settings/subscriptions",
        "subscription": f"{at}/settings/subscriptions/{subscription}",
        "deliveries": f"{at}/settings/subscriptions/{subscription}/deliveries", "projects": "/projects", "alerts": f"{at}/alerts",
        "import": f"{at}/catalog",
        "gone": f"{at}/cases/not-here", "gone-channel": f"{at}/settings/channels/{GONE}",
    }
    new = {"case": f"{at}/cases/+", "item": f"{at}/items/+", "suite": f"{at}/suites/+", "rule": f"{at}/alerts/rules/new",
           "channel": f"{at}/settings/channels/new", "trigger": f"{at}/settings/triggers/new",
           "subscription": f"{at}/settings/subscriptions/new", "project": "/projects/new"}
    empty = ["runs", "cases", "items", "suites", "alerts/rules", "settings/channels", "settings/notifications", "settings/triggers",
             "settings/subscriptions", "first-steps"]
    return {"full": pages, "new": new, "empty": {name.replace("/", "-"): f"/p/void/{name}" for name in empty}}
