"""A busy project costs a watching tab no requests: events carry what changed."""
import re

import pytest
from playwright.sync_api import expect

from looking import quiet

CASES = 60


@pytest.fixture(scope="module")
def busy(client):
    """A suite whose cases run side by side, in two waves."""
    steps = [{"name": "work", "command": {"argv": ["true"]}}]
    cases = [{"key": f"busy-{at:02}", "name": f"Busy {at:02}", "type": "generic", "steps": steps} for at in range(CASES)]
    client.apply({"testCases": cases, "testSuites": [
        {"key": "busy", "name": "Busy", "cases": [one["key"] for one in cases], "options": {"parallel": 4, "stopOnFailure": False}}]})
    return "busy"


def counting(page):
    asked = []
    page.on("request", lambda one: asked.append(one.url.split("/api/v1/")[1]) if "/api/v1/" in one.url else None)
    return asked


def events_of(client, run):
    """Events of a run and its cases, as many as the streams carried."""
    return sum(one["seq"] for one in [client.execution(run["id"]), *client.children(run["id"])])


def test_a_running_suite_costs_the_list_of_runs_no_lists(page, client, busy):
    page.goto("/p/demo/runs")
    run = client.start(testSuite=busy)
    row = page.locator(f'li.run[data-number="{run["number"]}"]')
    expect(row).to_be_visible()
    quiet(page)
    asked = counting(page)
    client.finished(run["id"])
    expect(row).to_have_attribute("data-status", "passed")
    events = events_of(client, run)
    assert events > 3 * CASES
    lists = [one for one in asked if re.match(r"executions\?", one) or "children" in one]
    # One for the run that had come when the page looked before it could know all ticks by their place.
    assert len(lists) <= 1, lists
    assert len(asked) <= 8, f"{len(asked)} requests for {events} events: {asked}"
    assert "60 passed" in row.inner_text()


def test_the_ticks_that_events_drew_are_those_a_reload_draws(page, client, busy):
    page.goto("/p/demo/runs")
    quiet(page)
    run = client.start(testSuite="failing")
    row = page.locator(f'li.run[data-number="{run["number"]}"]')
    expect(row).to_have_attribute("data-status", "failed", timeout=20_000)
    quiet(page)
    drawn = row.locator(".c-streak svg").inner_html()
    page.reload()
    expect(row.locator(".c-streak svg")).to_be_visible()
    assert row.locator(".c-streak svg").inner_html() == drawn


def test_a_running_suite_costs_the_suites_and_the_run_page_little(page, client, busy):
    page.goto("/p/demo/suites")
    expect(page.get_by_role("button", name="Run Busy")).to_be_visible()
    asked = counting(page)
    run = client.start(testSuite=busy)
    row = page.locator('tr[data-suite="busy"]')
    expect(row.get_by_role("link", name=f"#{run['number']}")).to_be_visible(timeout=15_000)
    client.finished(run["id"])
    expect(row.locator("td .st.passed").first).to_be_visible()
    assert len([one for one in asked if one.startswith("test-suites")]) <= 1, asked

    page.goto(f"/p/demo/runs/{run['number']}")
    quiet(page)
    run = client.start(testSuite=busy)
    page.goto(f"/p/demo/runs/{run['number']}")
    expect(page.get_by_role("region", name="Progress")).to_have_attribute("data-total", str(CASES))
    expect(page.locator("li.case").first).to_be_attached()
    asked.clear()
    client.finished(run["id"])
    expect(page.locator("as-stamp")).to_have_attribute("data-status", "passed")
    children = [one for one in asked if "children" in one]
    assert len(children) <= 1, children
    assert len(asked) <= 20, f"{len(asked)} requests: {asked}"


def test_runs_that_wait_or_go_stay_on_the_page_behind_a_hundred_newer_ones(page, client):
    steps = [{"name": "work", "command": {"argv": ["true"]}}]
    client.add_case("quick", steps)
    client.add_case("nowhere", steps, labels=["no-such-agent"])
    waiting = client.start(testCase="nowhere")
    for _ in range(105):
        client.start(testCase="quick")
    page.goto("/p/demo/runs")
    row = page.get_by_role("region", name="Waiting").locator(f'li.run[data-number="{waiting["number"]}"]')
    expect(row).to_be_visible()
    expect(row.locator(".c-res")).to_contain_text("no-such-agent", timeout=5000)
    client.post(f"/api/v1/executions/{waiting['id']}/cancellation", {})
