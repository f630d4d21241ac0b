"""People, tokens, environments, secrets, agents and the system are set up and looked at in the browser alone."""
import re

import pytest
from playwright.sync_api import expect

from harness.client import Client
from looking import accessible, fits, picture, quiet

SETTINGS = "/p/demo/settings"
ADDRESSES = {
    **{name: f"{SETTINGS}/{name}" for name in ("members", "environments", "secrets", "agents", "project")},
    **{f"{name}-new": f"{SETTINGS}/{name}/new" for name in ("members", "environments", "secrets", "agents")},
    "users": "/users", "users-new": "/users/new", "audit": "/audit", "audit-demo": "/audit?project=demo&outcome=done", "system": "/system",
    "set-aside": "/set-aside", "projects": "/projects", "archive": "/projects?archived=true", "welcome": "/welcome#asp_none", "me": "/me", "tokens": "/me/tokens", "tokens-new": "/me/tokens/new",
}


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390), ("light", 320)])
def test_every_page_fits_and_is_accessible(page, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 844})
    for name, address in ADDRESSES.items():
        page.goto(address)
        quiet(page)
        page.wait_for_function("() => document.querySelector('as-page').innerText.length > 20")
        picture(page, f"{name}-{scheme}-{width}")
        fits(page, f"{name} at {width} px")
        accessible(page, name)
    assert page.faults == []


def act(page, row, entry):
    page.get_by_role("button", name=f"Actions for {row}").click()
    page.get_by_role("menuitem", name=entry).click()


def row(page, name):
    return page.locator(f'tr[data-row="{name}"]')


def confirm(page, label, typed=None):
    dialog = page.get_by_role("dialog")
    if typed:
        dialog.locator("[name=typed]").fill(typed)
    dialog.get_by_role("button", name=label).click()
    expect(dialog).to_have_count(0)


def test_a_user_is_added_becomes_a_member_and_is_disabled(page, stack):
    page.goto("/users")
    page.get_by_role("link", name="New user").first.click()
    page.get_by_label("Name", exact=True).fill("Ines Ito")
    page.get_by_label("E-mail").fill("not an address")
    page.get_by_label("First password").fill("short")
    page.get_by_role("button", name="Add user").click()
    expect(page.locator("[data-field=password] .wrong")).to_be_visible()
    expect(page.locator("[data-field=email] .wrong")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Ines Ito")
    page.get_by_label("E-mail").fill("ines@example.org")
    page.get_by_label("First password").fill("correct horse battery")
    page.get_by_role("button", name="Add user").click()
    expect(row(page, "Ines Ito")).to_contain_text("Active")
    ines = Client(stack.url).login("ines@example.org", "correct horse battery")
    assert ines.status("/api/v1/executions?project=demo") == 404

    page.goto(f"{SETTINGS}/members/new")
    page.get_by_label("Person").select_option(label="Ines Ito, ines@example.org")
    page.get_by_label("Role", exact=True).select_option("test_manager")
    expect(page.get_by_role("region", name="What this role may do")).to_contain_text("choose members and their roles")
    page.get_by_label("Role", exact=True).select_option("viewer")
    expect(page.get_by_role("region", name="What this role may do")).not_to_contain_text("start runs")
    page.get_by_role("button", name="Add member").click()
    expect(row(page, "Ines Ito")).to_contain_text("Viewer")
    assert ines.status("/api/v1/executions?project=demo") == 200
    page.get_by_role("link", name="Ines Ito").click()
    page.get_by_label("Role", exact=True).select_option("qa_engineer")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.goto(f"{SETTINGS}/members")
    expect(row(page, "Ines Ito")).to_contain_text("QA engineer")
    act(page, "Ines Ito", "Remove")
    confirm(page, "Remove member")
    expect(row(page, "Ines Ito")).to_have_count(0)
    assert ines.status("/api/v1/executions?project=demo") == 404

    page.goto("/users")
    act(page, "Ines Ito", "Disable")
    confirm(page, "Disable user")
    expect(row(page, "Ines Ito")).to_contain_text("Disabled")
    assert ines.status("/api/v1/auth/me") == 401
    act(page, "Ines Ito", "Enable")
    expect(row(page, "Ines Ito")).to_contain_text("Active")


def test_a_token_is_shown_once_works_and_is_revoked(page, stack):
    page.goto("/me/tokens/new")
    page.get_by_label("Name", exact=True).fill("from the browser")
    page.get_by_label("Where").select_option("demo")
    page.get_by_role("button", name="Add API token").click()
    token = page.get_by_role("dialog").get_by_label("Token", exact=True).input_value()
    script = Client(stack.url, token)
    assert script.status("/api/v1/executions?project=demo") == 200
    assert script.call("POST", "/api/v1/executions", json={"project": "demo", "testSuite": "smoke"}).status_code == 403
    accessible(page, "token shown once")
    page.keyboard.press("Escape")
    expect(row(page, "from the browser")).to_contain_text("read")
    page.reload()
    expect(row(page, "from the browser")).not_to_contain_text(token)
    act(page, "from the browser", "Revoke")
    confirm(page, "Revoke token")
    expect(row(page, "from the browser")).to_have_count(0)
    assert script.status("/api/v1/executions?project=demo") == 401


def test_environments_and_secrets_reach_a_run_and_no_value_comes_back(page, client):
    page.goto(f"{SETTINGS}/environments/new")
    page.get_by_label("Name", exact=True).fill("Not A Key")
    page.get_by_role("button", name="Add a variable").click()
    page.get_by_label("Name of variable 1").fill("PLACE")
    page.get_by_label("Value of PLACE").fill("the browser")
    page.get_by_role("button", name="Add environment").click()
    expect(page.locator("[data-field=name] .wrong")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("from-browser")
    page.get_by_role("button", name="Add environment").click()
    expect(page).to_have_url(re.compile("/environments/from-browser$"))

    page.goto(f"{SETTINGS}/secrets/new")
    page.get_by_label("Name", exact=True).fill("BROWSER_WORD")
    page.get_by_label("Value").fill("open sesame")
    page.get_by_role("button", name="Add secret").click()
    expect(row(page, "BROWSER_WORD")).to_be_visible()
    assert "sesame" not in page.content()
    shell = 'test "${secret:BROWSER_WORD}" = "open sesame" && echo "in ${PLACE}"'
    client.add_case("uses-both", [{"name": "look", "command": {"shell": shell}, "expect": {"stdout": {"contains": "in the browser"}}}])
    assert client.finished(client.start(testCase="uses-both", environment="from-browser")["id"])["status"] == "passed"

    page.get_by_role("link", name="BROWSER_WORD").click()
    page.get_by_label("Value").fill("something else")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert client.finished(client.start(testCase="uses-both", environment="from-browser")["id"])["status"] == "failed"
    page.goto(f"{SETTINGS}/secrets")
    act(page, "BROWSER_WORD", "Delete")
    confirm(page, "Delete secret", typed="BROWSER_WORD")
    expect(row(page, "BROWSER_WORD")).to_have_count(0)
    page.goto(f"{SETTINGS}/environments")
    act(page, "from-browser", "Delete")
    confirm(page, "Delete environment", typed="from-browser")
    expect(row(page, "from-browser")).to_have_count(0)


def test_an_agent_is_enrolled_by_the_command_drained_and_revoked(page, stack):
    page.goto(f"{SETTINGS}/agents/new")
    page.get_by_label("Name").fill("from browser")
    page.get_by_role("button", name="Add agent").click()
    expect(page.locator("[data-field=name] .wrong")).to_contain_text("letters, digits")
    page.get_by_label("Name").fill("from-browser")
    page.get_by_label("Labels").fill("browser-made\nlinux")
    page.get_by_label("Slots").fill("3")
    page.get_by_role("button", name="Add agent").click()
    command = page.get_by_role("dialog").get_by_label("Command", exact=True).input_value()
    assert command.endswith(" assay-agent") and "ASSAY_AGENT_NAME=from-browser" in command
    page.keyboard.press("Escape")
    token = re.search(r"ENROLMENT_TOKEN=(\S+)", command)[1]
    # What the program does first with that token; no second program is started for a test of a page.
    labels = ["browser-made", "linux"]
    credential = Client(stack.url).post("/api/v1/agents/register", {
        "token": token, "name": "from-browser", "labels": labels, "slots": 3, "protocol": {"min": 1, "max": 1}})["credential"]
    Client(stack.url, credential).post("/agent/v1/session", {"isolation": "none", "labels": labels, "protocol": 1, "slots": 3})
    page.reload()
    expect(row(page, "from-browser")).to_contain_text("browser-made")
    expect(row(page, "from-browser")).to_contain_text("of 3 busy")
    expect(row(page, "from-browser")).to_contain_text("Online")
    act(page, "from-browser", "Drain")
    expect(row(page, "from-browser")).to_contain_text("Draining")
    act(page, "from-browser", "Revoke")
    confirm(page, "Revoke agent", typed="from-browser")
    expect(row(page, "from-browser")).not_to_contain_text("Online")


def test_agents_show_how_busy_they_are_while_it_happens(page, client):
    page.goto(f"{SETTINGS}/agents")
    agent = page.locator("tr[data-row]").filter(has_text="Online").first
    expect(agent).to_contain_text("0 of")
    client.add_case("keeps-busy", [{"name": "sleep", "command": {"argv": ["sleep", "30"]}}])
    run = client.start(testCase="keeps-busy")
    client.reached(run["id"], "running")
    expect(agent).to_contain_text("1 of", timeout=5000)
    client.post(f"/api/v1/executions/{run['id']}/cancellation", {})
    expect(agent).to_contain_text("0 of", timeout=20_000)


def test_the_log_says_what_was_changed(page, client):
    client.post("/api/v1/environments?project=demo", {"name": "logged", "variables": {"COLOUR": "red"}})
    client.put("/api/v1/environments/logged?project=demo", {"variables": {"COLOUR": "green"}})
    page.goto("/audit")
    page.get_by_role("button", name="Project", exact=True).click()
    page.get_by_role("menuitemradio", name="Demo").click()
    expect(page).to_have_url(re.compile(r"project=demo"))
    entry = page.locator("tr[data-row]").filter(has_text="environment logged").first
    expect(entry).to_contain_text("tests")
    entry.get_by_role("button", name=re.compile("^Actions")).click()
    page.get_by_role("menuitem", name="Show all of it").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".plus")).to_contain_text("green")
    expect(dialog.locator(".minus")).to_contain_text("red")
    accessible(page, "one entry of the log")
    picture(page, "audit-entry")
    page.keyboard.press("Escape")
    client.delete("/api/v1/environments/logged?project=demo")


def test_what_is_set_aside_is_tried_again_or_given_up(page, stack):
    stack.sql("""INSERT INTO set_aside (loop_name, item, project_id, detail, error, tries, first_at, last_at, due_at)
        SELECT 'rollups', '999999991', id, '', 'decoding(column: body)', 3, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3),
        DATE_ADD(UTC_TIMESTAMP(3), INTERVAL 1 HOUR) FROM projects LIMIT 1""")
    page.goto("/system")
    page.get_by_role("link", name="Show them").click()
    item = row(page, "rollups 999999991")
    expect(item).to_contain_text("decoding(column: body)")
    accessible(page, "set aside")
    act(page, "rollups 999999991", "Give up")
    confirm(page, "Give it up", typed="999999991")
    expect(item).to_have_count(0)


def test_the_theme_and_single_keys_are_chosen_in_the_profile(page):
    page.goto("/me")
    page.get_by_role("radio", name="Dark").check()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_label(re.compile("^Single keys")).uncheck()
    page.locator("body").press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_label(re.compile("^Single keys")).check()
    page.get_by_role("radio", name="As the system").check()
    expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Admin, menu").click()
    page.get_by_role("menuitem", name="API tokens").click()
    expect(page).to_have_url(re.compile("/me/tokens$"))


def test_who_may_only_look_is_offered_nothing_else(browser, stack):
    admin = stack.client()
    user = admin.post("/api/v1/users", {"email": "viewer@example.org", "name": "Viewer", "password": "correct horse battery"})
    admin.put(f"/api/v1/projects/demo/members/{user['id']}", {"role": "viewer"})
    context = browser.new_context(base_url=stack.url)
    page = context.new_page()
    page.goto("/login")
    page.get_by_label("E-mail").fill("viewer@example.org")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(re.compile("/p/demo"))
    side = page.get_by_role("complementary", name="Main")
    for hidden in ("Secrets", "Users", "Audit log", "System"):
        expect(side.get_by_role("link", name=hidden)).to_have_count(0)
    page.goto(f"{SETTINGS}/members")
    expect(row(page, "Viewer")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Actions"))).to_have_count(0)
    expect(page.get_by_role("link", name="New member")).to_have_count(0)
    context.close()


def test_somebody_invited_chooses_a_password_and_keeps_their_own_account(page, browser, stack):
    page.goto("/users/new")
    page.get_by_label("Name", exact=True).fill("Jo")
    page.get_by_label("E-mail").fill("jo@example.org")
    page.get_by_role("button", name="Add user").click()
    first = page.get_by_role("dialog").get_by_label("Link", exact=True)
    expect(first).to_have_value(re.compile("/welcome#"))
    replaced = first.input_value()
    accessible(page, "an invitation")
    picture(page, "invitation")
    page.keyboard.press("Escape")
    expect(row(page, "Jo")).to_contain_text("Active")
    act(page, "Jo", "Invite or reset by a link")
    link = page.get_by_role("dialog").get_by_label("Link", exact=True).input_value()
    assert link != replaced
    page.keyboard.press("Escape")
    own = browser.new_context(base_url=stack.url, viewport={"width": 390, "height": 800}).new_page()
    own.goto(link)
    own.get_by_label("New password").fill("short")
    own.get_by_role("button", name="Set password").click()
    expect(own.locator("[data-field=password] .wrong")).to_be_visible()
    own.get_by_label("New password").fill("correct horse battery")
    accessible(own, "welcome")
    fits(own, "welcome")
    own.get_by_role("button", name="Set password").click()
    expect(own.get_by_text("Log in as jo@example.org")).to_be_visible()
    own.goto("/")
    own.goto(link)
    own.get_by_label("New password").fill("correct horse battery")
    own.get_by_role("button", name="Set password").click()
    expect(own.get_by_role("alert")).to_contain_text("This link was used")

    other = Client(stack.url).login("jo@example.org", "correct horse battery")
    stack.client().put(f"/api/v1/projects/demo/members/{other.user['id']}", {"role": "viewer"})
    own.goto("/login")
    own.get_by_label("E-mail").fill("jo@example.org")
    own.get_by_label("Password").fill("correct horse battery")
    own.get_by_role("button", name="Log in").click()
    own.wait_for_url(re.compile("/p/demo"))
    own.goto("/me")
    expect(own.locator("[data-login]")).to_have_count(2)
    own.get_by_role("button", name=re.compile("^End the login")).click()
    expect(own.locator("[data-login]")).to_have_count(1)
    assert other.status("/api/v1/auth/me") == 401
    own.get_by_label("Present password").fill("not this one")
    own.get_by_label("New password").fill("another horse entirely")
    own.get_by_role("button", name="Change password").click()
    expect(own.locator("[data-field=currentPassword] .wrong")).to_be_visible()
    own.get_by_label("Present password").fill("correct horse battery")
    own.get_by_role("button", name="Change password").click()
    expect(own.get_by_text("Your password is changed")).to_be_visible()
    own.get_by_label("Name", exact=True).fill("Jo Jordan")
    own.get_by_role("button", name="Save").click()
    expect(own.get_by_text("Saved.")).to_be_visible()
    assert Client(stack.url).login("jo@example.org", "another horse entirely").user["name"] == "Jo Jordan"
    own.context.close()
