"""One person in a browser: logs in, presses Run, watches the suite run live to its end."""
import re

from playwright.sync_api import expect

from looking import picture


def test_a_suite_runs_live_from_the_button(page, stack):
    page.goto("/p/demo/suites")
    page.get_by_role("button", name="Run Smoke").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name=re.compile("^(Start|Run)")).click()
    page.wait_for_url(re.compile(r"/p/demo/runs/\d+"))
    number = re.search(r"/runs/(\d+)", page.url)[1]
    progress = page.get_by_role("region", name="Progress")
    expect(progress).to_be_visible()
    picture(page, "run-live")
    seen = set()
    for _ in range(600):
        done = progress.get_attribute("data-done")
        seen.add(done)
        if done == progress.get_attribute("data-total") and done != "0":
            break
        page.wait_for_timeout(50)
    expect(page.get_by_text("Passed").first).to_be_visible(timeout=15000)
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
