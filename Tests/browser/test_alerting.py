"""An administrator sets up who is told of what, and sees whether it arrives."""
import json
import re

from playwright.sync_api import expect

from harness.stack import until
from looking import accessible, fits, picture, quiet

RULES = "/p/demo/alerts/rules"


def add_channel(client, name, url):
    return client.post("/api/v1/channels", {"project": "demo", "name": name, "kind": "webhook", "webhook": {"url": url}})


def row(page, name):
    return page.locator(f'tr[data-row="{name}"]')


def act(page, name, what):
    page.get_by_role("button", name=f"Actions for {name}").click()
    page.get_by_role("menuitem", name=what).click()


def confirm(page, name, what):
    """Types the name of what is lost, as the question asks."""
    page.get_by_role("button", name=what).click()
    expect(page.locator("dialog")).to_contain_text(f"This is not {name}.")
    page.locator("dialog input").fill(name)
    page.get_by_role("button", name=what).click()


def test_a_channel_is_added_tested_changed_and_deleted(page, webhook):
    page.goto("/p/demo/settings/channels")
    page.get_by_role("link", name="New channel").first.click()
    page.get_by_label("Name", exact=True).fill("Pager")
    page.get_by_label("Address").fill(webhook.url)
    page.get_by_role("button", name="Add channel").click()
    expect(page.get_by_label("Secret", exact=True).last).to_have_value(re.compile("^whsec_"))
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Send a test").click()
    expect(page.locator("dialog")).to_contain_text("Delivered")
    assert webhook.next().headers["webhook-signature"]
    page.keyboard.press("Escape")
    expect(page.get_by_role("region", name="Told last").locator("[data-state=delivered]")).to_have_count(1)
    page.get_by_label("Name", exact=True).fill("Pager at night")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Channels").click()
    act(page, "Pager at night", "Delete")
    expect(page.locator("dialog")).to_contain_text("Rules that tell this channel go on without it.")
    confirm(page, "Pager at night", "Delete channel")
    expect(row(page, "Pager at night")).to_have_count(0)


def test_a_test_that_does_not_arrive_says_why(page, client):
    # A port of its own: where nobody answered before is left alone for a while.
    add_channel(client, "Nobody there", "http://127.0.0.1:2/hook")
    page.goto("/p/demo/settings/channels")
    act(page, "Nobody there", "Send a test")
    expect(page.locator("dialog")).to_contain_text("Nothing listens at this address.")
    expect(page.locator("dialog")).to_contain_text("so far")
    page.keyboard.press("Escape")
    act(page, "Nobody there", "What was sent")
    expect(page.get_by_role("heading", name="Notifications", level=1)).to_be_visible()
    expect(row(page, "Nobody there")).to_contain_text("Nothing listens at this address.")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Remove filter Channel").click()
    expect(page).to_have_url(re.compile("/notifications$"))


def test_a_rule_is_made_says_what_it_means_and_is_replaced(page, client, webhook):
    add_channel(client, "Told by rules", webhook.url)
    client.add_case("rule-passes", [{"name": "true", "command": {"argv": ["true"]}}])
    client.apply({"testSuites": [{"key": "ruled", "name": "Ruled", "cases": ["rule-passes"]}]})
    for _ in range(3):
        client.finished(client.start(testSuite="ruled")["id"])
    page.goto(RULES)
    page.get_by_role("link", name="New alert rule").first.click()
    page.get_by_label("Name", exact=True).fill("Ruled breaks")
    page.get_by_label("Suite", exact=True).select_option("ruled")
    page.get_by_label("Passed, at least").fill("101")
    page.get_by_role("button", name="Add alert rule").click()
    expect(page.locator("[data-field=threshold] .wrong")).to_have_text("Must be between 0.01 and 100.")
    page.get_by_label("Passed, at least").fill("97.5")
    says = page.get_by_role("region", name="What it says")
    expect(says).to_contain_text(re.compile(r"fewer than 97.5.% of the last 10 runs of Ruled passed, as soon as there are 3"))
    expect(says).to_contain_text("3 of the last 3 runs passed")
    expect(says).to_contain_text("It would be quiet.")
    page.get_by_label("Told by rules").check()
    page.get_by_role("button", name="Add alert rule").click()
    expect(page).to_have_url(re.compile("/alerts/rules/[0-9a-f-]{36}$"))
    made = client.get("/api/v1/alerts/rules?project=demo&limit=200")["items"][0]
    assert (made["name"], made["threshold"], made["window"], made["suite"], len(made["channels"])) == (
        "Ruled breaks", 0.975, {"runs": 10}, "ruled", 1)
    page.get_by_label("Severity").select_option("critical")
    page.get_by_label("As soon as there are").fill("5")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(says).to_contain_text("Not enough runs yet: 3.")
    made = client.get(f"/api/v1/alerts/rules/{made['id']}")
    assert (made["severity"], made["minimumSamples"]) == ("critical", 5)
    page.get_by_role("button", name="Delete").click()
    confirm(page, "Ruled breaks", "Delete rule")
    expect(page).to_have_url(re.compile("/alerts/rules$"))
    expect(row(page, "Ruled breaks")).to_have_count(0)


def test_an_alert_leads_to_its_rule_and_the_runs_of_its_suite_and_its_channel_was_told(page, client, webhook):
    channel = add_channel(client, "Told of failures", webhook.url)
    client.add_case("rule-fails", [{"name": "false", "command": {"argv": ["false"]}}])
    client.apply({"testSuites": [{"key": "failing-ruled", "name": "Failing ruled", "cases": ["rule-fails"]}]})
    rule = client.post("/api/v1/alerts/rules", {
        "project": "demo", "name": "Fails at once", "metric": "passRate", "comparison": "below", "suite": "failing-ruled",
        "threshold": 0.9, "window": {"runs": 1}, "minimumSamples": 1, "channels": [channel["id"]]})
    client.finished(client.start(testSuite="failing-ruled")["id"])
    until(lambda: client.get(f"/api/v1/alerts/rules/{rule['id']}")["activeAlert"], what="an alert")
    told = webhook.next()
    page.goto("/p/demo/alerts")
    alert = page.locator("li.alert", has_text="Fails at once")
    expect(alert.get_by_role("link", name="Runs of failing-ruled")).to_have_attribute(
        "href", "/p/demo/runs?suite=failing-ruled&status=failed,timeout")
    alert.get_by_role("link", name="Fails at once").click()
    expect(page).to_have_url(re.compile(rule["id"]))
    page.goto(RULES)
    expect(row(page, "Fails at once")).to_contain_text("Alert open")
    page.goto("/p/demo/settings/notifications?channel=" + channel["id"])
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("Alert opened")
    expect(page.locator("tbody tr")).to_contain_text("Delivered")
    act(page, "Told of failures", "Send again")
    assert webhook.next().headers["webhook-id"] == told.headers["webhook-id"]
    expect(page.locator("as-toast")).to_contain_text("It is sent again.")
    expect(page.locator("tbody tr")).to_contain_text("Delivered")
    page.goto(f"{RULES}/{rule['id']}")
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("dialog")).to_contain_text("Its open alert is resolved")
    confirm(page, "Fails at once", "Delete rule")
    expect(page).to_have_url(re.compile("/alerts/rules$"))


def test_an_alert_is_ended_by_hand_with_a_reason(page, client, webhook):
    channel = add_channel(client, "Told of the end", webhook.url)
    client.add_case("hand-fails", [{"name": "false", "command": {"argv": ["false"]}}])
    client.apply({"testSuites": [{"key": "by-hand", "name": "By hand", "cases": ["hand-fails"]}]})
    rule = client.post("/api/v1/alerts/rules", {
        "project": "demo", "name": "Ended by hand", "metric": "passRate", "comparison": "below", "suite": "by-hand",
        "threshold": 0.9, "window": {"runs": 1}, "minimumSamples": 1, "channels": [channel["id"]]})
    client.finished(client.start(testSuite="by-hand")["id"])
    until(lambda: client.get(f"/api/v1/alerts/rules/{rule['id']}")["activeAlert"], what="an alert")
    page.goto("/p/demo/alerts")
    page.get_by_role("button", name="Resolve… Ended by hand").click()
    page.get_by_role("button", name="Resolve alert").click()
    expect(page.locator("[data-field=comment] .wrong")).to_have_text("Is required.")
    picture(page, "alert-resolve")
    accessible(page, "resolving an alert")
    page.get_by_label("Why it is over").fill("x" * 501)
    page.get_by_role("button", name="Resolve alert").click()
    expect(page.locator("[data-field=comment] .wrong")).to_contain_text("500")
    page.get_by_label("Why it is over").fill("The database was moved.")
    page.keyboard.press("Enter")
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator("li.alert", has_text="Ended by hand")).to_have_count(0)
    over = page.get_by_role("region", name="Resolved").get_by_role("listitem").filter(has_text="Ended by hand")
    expect(over).to_contain_text("The database was moved.")
    assert [json.loads(webhook.next().body)["type"] for _ in range(2)] == ["alert.opened", "alert.resolved"]
    for width, scheme in ((1280, "light"), (390, "dark")):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 844})
        fits(page, "alerts")
        accessible(page, "alerts")
        picture(page, f"alerts-resolved-{width}")
    client.delete(f"/api/v1/alerts/rules/{rule['id']}")


def test_a_viewer_sees_rules_and_changes_nothing(browser, stack, client):
    client.post("/api/v1/users", {"email": "looker@example.org", "name": "Looker", "password": "correct horse battery"})
    user = next(one for one in client.get("/api/v1/users?limit=200")["items"] if one["email"] == "looker@example.org")
    client.put(f"/api/v1/projects/demo/members/{user['id']}", {"role": "viewer"})
    rule = client.post("/api/v1/alerts/rules", {
        "project": "demo", "name": "Looked at", "metric": "passRate", "comparison": "below", "suite": "smoke",
        "threshold": 0.5, "window": {"runs": 2}})
    context = browser.new_context(base_url=stack.url, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.asking = set()
    page.goto("/login")
    page.get_by_label("E-mail").fill("looker@example.org")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("navigation", name="Settings").get_by_role("link", name="Alert rules")).to_be_visible()
    expect(page.get_by_role("link", name="Channels")).to_have_count(0)
    page.get_by_role("link", name="Alert rules").click()
    expect(row(page, "Looked at")).to_be_visible()
    expect(page.get_by_role("link", name="New alert rule")).to_have_count(0)
    row(page, "Looked at").get_by_role("link").click()
    expect(page.get_by_text("Your role may look at this, not change it.")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_be_disabled()
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
    quiet(page)
    context.close()
    client.delete(f"/api/v1/alerts/rules/{rule['id']}")
