"""What a project says of its runs, projects that are put away, edits that meet, and the audit log as a file."""
import json
import re

import pytest
from playwright.sync_api import expect

from harness.stack import until
from looking import accessible, fits, picture, quiet
from test_alerting import act, row

SETTINGS = "/p/demo/settings/project"


@pytest.fixture
def plain(client):
    """The project says nothing, before and after."""
    def clear():
        client.put("/api/v1/projects/demo/settings", {})

    clear()
    yield
    clear()


def opened(page, address=SETTINGS):
    page.goto(address)
    expect(page.locator("as-form form")).to_be_visible()
    quiet(page)


def holds(page):
    return page.get_by_role("region", name="What holds")


def test_a_setting_says_what_holds_when_it_is_empty_and_is_taken_by_the_next_run(page, client, plain):
    opened(page)
    expect(holds(page)).to_contain_text("100 cases by default")
    expect(page.locator("[data-field=concurrency]")).to_contain_text("Left empty: 100 cases.")
    page.get_by_label("Cases at once").fill("7")
    page.get_by_label("Time limit of a case").fill("2.5")
    page.get_by_label("ran out of time").check()
    page.get_by_role("button", name="Save").click()
    expect(holds(page)).to_contain_text("7 cases by this project")
    expect(holds(page)).to_contain_text("2.5 min by this project")
    expect(holds(page)).to_contain_text("up to 3 tries when it ran out of time by this project")
    saved = client.get("/api/v1/projects/demo/settings")
    assert (saved["concurrency"], saved["timeoutMs"], saved["retry"]["on"]) == (7, 150_000, ["timeout"])
    run = client.finished(client.start(testSuite="smoke")["id"])
    assert client.execution(run["id"])["settings"]["timeoutMs"] == {"value": 150_000, "from": "project"}
    page.get_by_label("Cases at once").fill("")
    page.get_by_role("button", name="Save").click()
    expect(holds(page)).to_contain_text("100 cases by default")
    page.get_by_label("Cases at once").fill("10001")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-field=concurrency] .wrong")).to_have_text("Must be between 1 and 10,000.")
    accessible(page, "settings with a fault")
    assert page.faults == []


def test_two_who_change_the_settings_see_both(page, client, plain):
    opened(page)
    page.get_by_label("Cases at once").fill("7")
    client.put("/api/v1/projects/demo/settings", {"concurrency": 9, "traceSteps": 20})
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(re.compile("somebody else", re.I)).first).to_be_visible()
    picture(page, "settings-conflict")
    accessible(page, "settings in conflict")
    assert client.get("/api/v1/projects/demo/settings")["concurrency"] == 9


@pytest.mark.parametrize(("noun", "place", "body"), [
    ("alerts/rules", "alerts/rules", {"metric": "passRate", "suite": "smoke", "comparison": "below", "threshold": 0.5, "window": {"runs": 5}}),
    ("channels", "settings/channels", {"kind": "webhook", "webhook": {"url": "https://example.org/x"}}),
    ("triggers", "settings/triggers", {"provider": "github", "suite": "smoke", "branch": "main"}),
    ("subscriptions", "settings/subscriptions", {"url": "https://example.org/x", "events": ["alert.opened"]})])
def test_what_somebody_set_up_is_not_overwritten_unseen_and_is_switched_off_and_on(page, client, noun, place, body):
    name = f"Met {noun}"
    made = client.post(f"/api/v1/{noun}", {**body, "project": "demo", "name": name})
    opened(page, f"/p/demo/{place}/{made['id']}")
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_text(re.compile("Off since"))).to_be_visible()
    accessible(page, f"{noun} off")
    fits(page, f"{noun} off")
    assert client.get(f"/api/v1/{noun}/{made['id']}")["disabledAt"]
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_text(re.compile("Off since"))).to_have_count(0)
    field = page.get_by_label("Name", exact=True)
    field.fill(f"Mine {noun}")
    client.put(f"/api/v1/{noun}/{made['id']}", {**body, "name": f"Theirs {noun}"})
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"Theirs {noun}").first).to_be_visible()
    assert client.get(f"/api/v1/{noun}/{made['id']}")["name"] == f"Theirs {noun}"
    page.goto(f"/p/demo/{place}")
    act(page, f"Theirs {noun}", "Switch off")
    expect(row(page, f"Theirs {noun}")).to_contain_text("Off")
    client.delete(f"/api/v1/{noun}/{made['id']}")


def test_a_trigger_is_changed_under_its_address_and_gets_another_secret(page, client):
    made = client.post("/api/v1/triggers", {"project": "demo", "name": "Moves", "provider": "github", "suite": "smoke", "branch": "main"})
    opened(page, f"/p/demo/settings/triggers/{made['id']}")
    page.get_by_label("Branch").fill("release/*")
    page.get_by_role("button", name="Save").click()
    until(lambda: client.get(f"/api/v1/triggers/{made['id']}")["branch"] == "release/*", what="the change")
    expect(page.get_by_role("textbox", name="Payload URL")).to_have_value(re.compile(re.escape(made["key"])))
    page.get_by_role("button", name="Replace secret").click()
    page.locator("dialog").get_by_role("button", name="Replace secret").click()
    shown = page.locator("dialog").get_by_role("textbox", name="Secret")
    expect(shown).not_to_have_value("")
    assert shown.input_value() != made["secret"]
    client.delete(f"/api/v1/triggers/{made['id']}")


def test_a_project_is_put_away_by_its_name_and_taken_out_again(page, client):
    client.post("/api/v1/projects", {"key": "put-away", "name": "Put away"}, expect=(201, 409))
    page.goto("/projects")
    act(page, "Put away", "Archive")
    dialog = page.locator("dialog")
    expect(dialog).to_contain_text("Nothing starts or changes in it")
    dialog.get_by_role("button", name="Archive project").click()
    expect(dialog).to_contain_text("This is not put-away")
    dialog.get_by_role("textbox").fill("put-away")
    dialog.get_by_role("button", name="Archive project").click()
    expect(row(page, "Put away")).to_have_count(0)
    page.get_by_role("button", name="Archived").click()
    expect(row(page, "Put away")).to_be_visible()
    accessible(page, "archive")
    picture(page, "projects-archived")
    page.goto("/p/put-away/cases")
    quiet(page)
    expect(page.locator(".side .project")).to_contain_text("archived")
    expect(page.get_by_role("link", name=re.compile("^New "))).to_have_count(0)
    fits(page, "an archived project")
    refused = client.post("/api/v1/environments?project=put-away", {"name": "dev"}, expect=409)
    assert refused["code"] == "project_archived"
    page.goto("/projects?archived=true")
    act(page, "Put away", "Take out of the archive")
    expect(row(page, "Put away")).to_have_count(0)
    client.post("/api/v1/environments?project=put-away", {"name": "dev"})


def test_the_audit_log_is_taken_away_by_its_filters(page, client):
    client.post("/api/v1/environments?project=demo", {"name": "audited"}, expect=(201, 409))
    page.goto("/audit?action=environment")
    quiet(page)
    page.get_by_role("button", name="Take away").click()
    with page.expect_download() as started:
        page.get_by_role("menuitem", name="As NDJSON").click()
    lines = [json.loads(line) for line in open(started.value.path(), encoding="utf-8")]
    assert lines and {line["action"].split(".")[0] for line in lines} == {"environment"}
    page.get_by_role("button", name="Take away").click()
    with page.expect_download() as started:
        page.get_by_role("menuitem", name="As CSV").click()
    assert started.value.suggested_filename == "audit.csv"
    assert open(started.value.path(), encoding="utf-8").readline().startswith("at,actor kind")
    client.delete("/api/v1/environments/audited?project=demo")
    assert page.faults == []


def test_an_agent_says_what_it_runs_and_who_is_expected(page, client):
    client.add_case("long-one", [{"name": "sleep", "command": {"argv": ["sleep", "60"]}}])
    run = client.start(testCase="long-one")
    until(lambda: client.execution(run["id"])["status"] == "running", what="the run")
    token = client.post("/api/v1/agents/enrolment-tokens", {"project": "demo", "name": "expected-1", "labels": ["gpu"], "slots": 3})
    page.goto("/p/demo/settings/agents")
    waiting = page.get_by_role("region", name="Expected")
    expect(waiting).to_contain_text("expected-1")
    expect(waiting).to_contain_text("3 slots, gpu")
    assert token["token"] not in page.content()
    accessible(page, "agents with one that is expected")
    picture(page, "agents-expected")
    agent = next(one for one in client.get("/api/v1/agents?project=demo")["items"] if one["busy"])
    row(page, agent["name"]).get_by_role("link").click()
    expect(page.locator("tbody tr").filter(has_text="long-one")).to_be_visible()
    accessible(page, "work of an agent")
    picture(page, "agent-work")
    client.post(f"/api/v1/executions/{run['id']}/cancellation", {}, expect=202)
    expect(page.locator("tbody tr").filter(has_text="long-one")).to_have_count(0)
    page.goto("/p/demo/settings/agents")
    waiting.get_by_role("button", name="Take back the command of expected-1").click()
    page.locator("dialog").get_by_role("button", name="Take back").click()
    expect(waiting).to_have_count(0)
