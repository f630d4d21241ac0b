"""An administrator makes a project and is led to its first green run; each step ticks itself off."""
import os
import re
import shlex
import subprocess

import pytest
from playwright.sync_api import expect

from conftest import opened
from harness.stack import BUILD, Stack, until


@pytest.fixture
def lonely():
    """A stack whose own agent was revoked: nobody runs anything there yet."""
    with Stack() as stack:
        client = stack.client()
        shared = until(lambda: client.get("/api/v1/agents?project=demo")["items"], what="the stack's own agent")
        client.delete(f"/api/v1/agents/{shared[0]['id']}")
        yield stack


@pytest.fixture
def agents():
    """Agents that a test starts by the command it was shown; ended with it."""
    started = []
    yield started
    for one in started:
        one.kill()
        one.wait()


def step(page, name):
    return page.locator(f"[data-step={name}]")


def test_a_new_project_ends_with_a_first_green_run(browser, lonely, agents, tmp_path):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=lonely.url)
    page = opened(context, lonely, lonely.url)
    page.goto("/p/demo/runs")
    page.get_by_role("button", name="Project Demo").click()
    page.get_by_role("menuitem", name="New project").click()
    page.get_by_label("Name", exact=True).fill("Check-out")
    page.get_by_label("Key", exact=True).fill("Check out")
    page.get_by_role("button", name="Add project").click()
    expect(page.locator("[data-field=key] .wrong")).to_contain_text("Must be")
    page.get_by_label("Key", exact=True).fill("check-out")
    page.get_by_role("button", name="Add project").click()
    expect(page).to_have_url(re.compile("/p/check-out/first-steps$"))
    expect(page.get_by_role("button", name="Project Check-out")).to_be_visible()
    expect(step(page, "agent")).to_have_attribute("data-done", "false")
    step(page, "agent").get_by_role("button", name="Make a command").click()
    *settings, program = shlex.split(step(page, "agent").get_by_label("Command", exact=True).input_value())
    assert program == "assay-agent"
    agents.append(subprocess.Popen([BUILD / program], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={
        **os.environ, **dict(one.split("=", 1) for one in settings), "ASSAY_AGENT_HOME": str(tmp_path / "agent"),
        "ASSAY_AGENT_NAME": "first", "LLVM_PROFILE_FILE": "/dev/null"}))
    expect(step(page, "agent")).to_have_attribute("data-done", "true", timeout=20_000)
    expect(step(page, "run").get_by_role("button", name="Start run")).to_be_disabled()
    step(page, "catalog").get_by_role("button", name="Add the example").click()
    expect(step(page, "catalog")).to_have_attribute("data-done", "true")
    step(page, "run").get_by_role("button", name="Start run").click()
    page.locator("dialog").get_by_role("button", name="Start run").click()
    expect(page).to_have_url(re.compile("/p/check-out/runs/1$"))
    page.go_back()
    expect(step(page, "run")).to_have_attribute("data-done", "true", timeout=20_000)
    expect(page.get_by_text("Everything stands.")).to_be_visible()
    page.get_by_role("button", name="Project Check-out").click()
    page.get_by_role("menuitemradio", name="Demo").click()
    expect(page).to_have_url(re.compile("/p/demo/runs$"))
    page.get_by_role("navigation", name="Administration").get_by_role("link", name="Projects").click()
    page.locator('tr[data-row="Check-out"]').get_by_role("link").click()
    expect(page).to_have_url(re.compile("/p/check-out/runs$"))
    context.close()


def test_an_empty_project_says_where_to_begin_and_nobody_is_shown_what_they_may_not_do(browser, stack, client, page):
    client.post("/api/v1/projects", {"key": "empty", "name": "Empty"})
    page.goto("/p/empty/runs")
    page.get_by_role("link", name="First steps").click()
    expect(step(page, "catalog")).to_have_attribute("data-done", "false")
    client.post("/api/v1/users", {"email": "guest@example.org", "name": "Guest", "password": "correct horse battery"})
    user = next(one for one in client.get("/api/v1/users?limit=200")["items"] if one["email"] == "guest@example.org")
    client.put(f"/api/v1/projects/empty/members/{user['id']}", {"role": "viewer"})
    context = browser.new_context(base_url=stack.url)
    guest = context.new_page()
    guest.goto("/login?next=/p/empty/first-steps")
    guest.get_by_label("E-mail").fill("guest@example.org")
    guest.get_by_label("Password").fill("correct horse battery")
    guest.get_by_role("button", name="Log in").click()
    expect(step(guest, "catalog")).to_contain_text("Somebody who writes tests can add a suite.")
    expect(step(guest, "agent").get_by_role("button")).to_have_count(0)
    expect(step(guest, "run").get_by_role("button")).to_have_count(0)
    expect(guest.get_by_role("link", name="Projects")).to_have_count(0)
    context.close()
