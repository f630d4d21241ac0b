"""Machines start suites and are told of them; an administrator sets that up and sees what was sent."""
import base64
import hashlib
import hmac
import json
import re

import requests
from playwright.sync_api import expect

from harness.stack import until
from looking import accessible, fits, picture
from test_alerting import act, confirm, row


def call(url, secret, delivery, branch="main"):
    body = json.dumps({"ref": f"refs/heads/{branch}", "after": "a" * 40, "repository": {"full_name": "a/b"}}).encode()
    return requests.post(url, data=body, timeout=20, headers={
        "Content-Type": "application/json", "X-GitHub-Event": "push", "X-GitHub-Delivery": delivery,
        "X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()})


def test_a_trigger_shows_address_and_secret_once_starts_the_suite_and_is_deleted(page, client):
    page.goto("/p/demo/settings/triggers/new")
    page.get_by_label("Name", exact=True).fill("Pushes")
    page.get_by_label("Branch").fill("main")
    page.get_by_label("Suite to start").select_option("smoke")
    page.get_by_role("button", name="Add a parameter").click()
    page.get_by_label("Name of parameter 1").fill("count")
    page.get_by_label("Value of count").fill("3")
    page.get_by_role("button", name="Add trigger").click()
    dialog = page.locator("dialog")
    expect(dialog).to_contain_text("shown this once")
    url, secret = (dialog.get_by_role("textbox", name=name).input_value() for name in ("Payload URL", "Secret"))
    dialog.get_by_role("button", name="Copy Payload URL").click()
    expect(page.locator("as-toast")).to_contain_text("copied")
    page.keyboard.press("Escape")
    started = call(url, secret, "from-the-page")
    assert started.status_code in (200, 201, 202), started.text
    run = client.execution(started.json()["execution"]["id"])
    assert (run["definition"]["key"], run["parameters"]) == ("smoke", {"count": "3"})
    page.reload()
    expect(page.get_by_role("textbox", name="Payload URL")).to_have_value(url)
    assert secret not in page.content()
    received = page.get_by_role("region", name="Received last")
    expect(received.get_by_role("link", name=f"Run #{run['number']}")).to_have_attribute("href", f"/p/demo/runs/{run['number']}")
    page.goto("/p/demo/settings/triggers")
    expect(row(page, "Pushes")).to_contain_text("Push on main")
    act(page, "Pushes", "Delete")
    expect(page.locator("dialog")).to_contain_text("Its address is unknown from now on")
    confirm(page, "Pushes", "Delete trigger")
    expect(row(page, "Pushes")).to_have_count(0)
    assert call(url, secret, "after-the-end").status_code == 404


def test_what_reached_a_trigger_says_why_nothing_started_and_is_taken_up_again(page, client):
    made = client.post("/api/v1/triggers", {"project": "demo", "name": "Logged", "provider": "github", "suite": "smoke",
                                            "branch": "main", "environment": "made-later", "events": ["push"]})
    page.goto(f"/p/demo/settings/triggers/{made['id']}")
    received = page.get_by_role("region", name="Received last")
    expect(received).to_contain_text("Nothing has come yet.")
    assert call(made["url"], made["secret"], "other-branch", branch="feature").json() == {"ignored": "branch"}
    assert call(made["url"], made["secret"], "too-early").status_code == 422
    page.reload()
    expect(received).to_contain_text("The trigger is not for this branch.")
    expect(received.locator("[data-state=failed]")).to_contain_text("environment")
    received.get_by_role("button", name="Show Push on feature", exact=True).click()
    dialog = page.locator("dialog")
    expect(dialog.get_by_role("region", name="Payload")).to_contain_text('"ref": "refs/heads/feature"')
    picture(page, "hook-entry")
    accessible(page, "what a trigger was sent")
    fits(page, "what a trigger was sent")
    dialog.get_by_role("button", name="Take up again").click()
    expect(page.locator("as-toast")).to_contain_text("Nothing started. The trigger is not for this branch.")
    client.post("/api/v1/environments?project=demo", {"name": "made-later", "variables": {}})
    received.get_by_role("link", name="All").click()
    for width, scheme in ((390, "dark"), (1280, "light")):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 844})
        expect(row(page, "Push on main")).to_contain_text("Could not start")
        picture(page, f"hook-entries-{width}")
        accessible(page, "the log of a trigger")
        fits(page, "the log of a trigger")
    act(page, "Push on main", "Take up again")
    expect(row(page, "Push on main")).to_contain_text("Started")
    link = row(page, "Push on main").get_by_role("link", name=re.compile(r"^Run #\d+$"))
    link.click()
    expect(page.get_by_role("heading", name="Smoke", level=1)).to_be_visible()
    page.goto(f"/p/demo/settings/triggers/{made['id']}")
    expect(received.get_by_role("link", name=re.compile(r"^Run #"))).to_be_visible()
    for width, scheme in ((390, "light"), (1280, "dark")):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 844})
        picture(page, f"trigger-log-{width}")
        accessible(page, "a trigger with its log")
        fits(page, "a trigger with its log")
    client.call("DELETE", f"/api/v1/triggers/{made['id']}")
    client.call("DELETE", "/api/v1/environments/made-later?project=demo")


def test_a_subscription_is_told_its_log_shows_every_try_and_it_can_be_narrowed(page, client, webhook):
    webhook.answers.put(500)
    page.goto("/p/demo/settings/subscriptions/new")
    page.get_by_label("Name", exact=True).fill("Board")
    page.get_by_label("Address").fill(webhook.url)
    page.get_by_label("Only runs of").select_option("smoke")
    page.get_by_role("button", name="Add subscription").click()
    expect(page.locator("dialog").get_by_label("Secret", exact=True)).to_have_value(re.compile("^whsec_"))
    secret = page.locator("dialog").get_by_label("Secret", exact=True).input_value()
    page.keyboard.press("Escape")
    client.finished(client.start(testSuite="smoke")["id"])
    first = webhook.next()
    webhook.next(30)
    made = next(one for one in client.get("/api/v1/subscriptions?project=demo")["items"] if one["name"] == "Board")
    assert made["filter"] == {"suite": "smoke", "status": []}
    until(lambda: client.get(f"/api/v1/subscriptions/{made['id']}/deliveries")["items"][0]["state"] == "delivered")
    sent = client.get(f"/api/v1/subscriptions/{made['id']}/deliveries")["items"][0]["id"]
    page.reload()
    page.get_by_role("region", name="Sent last").get_by_role("link", name="All").click()
    expect(page.locator("tbody tr")).to_contain_text("Delivered")
    page.get_by_role("button", name="Show Run finished, Smoke").click()
    expect(page.get_by_role("list", name="Tries").get_by_role("listitem")).to_have_count(2)
    expect(page.locator("dialog")).to_contain_text("The receiver answered 500.")
    expect(page.get_by_role("region", name="Body")).to_contain_text('"type": "execution.finished"')
    page.keyboard.press("Escape")
    act(page, "Run finished, Smoke", "Send again")
    again = webhook.next()
    assert again.headers["webhook-id"] == first.headers["webhook-id"]
    expect(page.locator("tbody tr")).to_contain_text("Delivered")
    page.goto(f"/p/demo/settings/subscriptions/{made['id']}")
    page.get_by_role("button", name="Replace secret").click()
    expect(page.locator("dialog")).to_contain_text("From the next try on the new one signs.")
    accessible(page, "replacing a secret")
    page.locator("dialog").get_by_role("button", name="Replace secret").click()
    fresh = page.locator("dialog").get_by_label("Secret", exact=True)
    expect(fresh).to_have_value(re.compile("^whsec_"))
    assert fresh.input_value() != secret
    secret = fresh.input_value()
    accessible(page, "a secret shown once")
    page.keyboard.press("Escape")
    client.post(f"/api/v1/subscriptions/{made['id']}/deliveries/{sent}/replay")
    signed = webhook.next()
    text = b".".join([signed.headers["webhook-id"].encode(), signed.headers["webhook-timestamp"].encode(), signed.body])
    code = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), text, hashlib.sha256).digest()
    assert signed.headers["webhook-signature"] == "v1," + base64.b64encode(code).decode()
    page.get_by_label("Failed").check()
    page.get_by_label("Run finished").uncheck()
    page.get_by_label("Alert opened").check()
    expect(page.get_by_label("Only runs of")).to_have_count(0)
    page.get_by_label("Run finished").check()
    expect(page.get_by_label("Failed")).to_be_checked()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    made = next(one for one in client.get("/api/v1/subscriptions?project=demo")["items"] if one["name"] == "Board")
    assert made["filter"] == {"suite": "smoke", "status": ["failed"]}
    assert sorted(made["events"]) == ["alert.opened", "execution.finished"]
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("dialog")).to_contain_text("What is on its way to it is given up.")
    confirm(page, "Board", "Delete subscription")
    expect(page).to_have_url(re.compile("/settings/subscriptions$"))
    expect(row(page, "Board")).to_have_count(0)
