"""One person in a browser: logs in, presses Run, watches the suite run live to its end."""
import re

import pytest
from playwright.sync_api import expect

from looking import picture


WATCH = """() => {
  window.seen = new Set();
  const look = () => {
    const progress = document.querySelector("[data-done]");
    if (progress) window.seen.add(progress.dataset.done);
  };
  new MutationObserver(look).observe(document.body, { attributes: true, childList: true, subtree: true });
}"""


@pytest.fixture
def steady(client):
    """A suite that takes a few seconds, case after case."""
    wait = {"name": "wait", "wait": {"durationMs": 700}}
    cases = [{"key": f"steady-{at}", "name": f"Steady {at}", "type": "generic", "steps": [wait]} for at in range(6)]
    client.apply({"testCases": cases, "testSuites": [
        {"key": "steady", "name": "Steady", "cases": [one["key"] for one in cases], "options": {"parallel": 1, "stopOnFailure": False}}]})


def test_a_suite_runs_live_from_the_button(page, stack, steady):
    page.goto("/p/demo/suites")
    page.evaluate(WATCH)
    page.get_by_role("button", name="Run Steady").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name=re.compile("^(Start|Run)")).click()
    page.wait_for_url(re.compile(r"/p/demo/runs/\d+"))
    number = re.search(r"/runs/(\d+)", page.url)[1]
    picture(page, "run-live")
    expect(page.locator("as-stamp")).to_have_attribute("data-status", "passed", timeout=30_000)
    expect(page.get_by_role("region", name="Progress")).to_have_attribute("data-done", "6")
    seen = page.evaluate("[...window.seen]")
    assert len(seen) >= 3, f"the page did not move while the suite ran: {seen}"
    run = stack.client().get(f"/api/v1/executions?project=demo&number={number}")["items"][0]
    assert run["status"] == "passed"
    picture(page, "run-passed-light")
    assert not page.faults


def test_the_api_viewer_works_without_the_internet(page):
    page.goto("/api/docs")
    expect(page.locator(".swagger-ui .info .title")).to_contain_text("Assay", timeout=15000)
    assert page.locator(".opblock").count() > 10
    picture(page, "api-docs")
    assert not page.faults
