"""One person in a browser: logs in, presses Run, watches the suite run live to its end; pictures and accessibility."""
import os
import pathlib
import re
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

PICTURES = pathlib.Path(os.environ.get("ASSAY_PICTURES", "") or "/nonexistent")


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser, stack):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=stack.url)
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda said: page.faults.append(f"{said.text} {said.location.get('url')}") if said.type == "error" else None)
    page.on("request", lambda asked: None if asked.url.startswith((stack.url, "data:")) else page.faults.append(asked.url))
    known = stack.credentials()
    page.goto("/login")
    page.get_by_label("E-mail").fill(known["email"])
    page.get_by_label("Password").fill(known["password"])
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(re.compile("/p/"))
    yield page
    context.close()


def picture(page, name):
    if PICTURES.is_dir():
        page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


def no_serious_faults(page, name):
    found = Axe().run(page).response["violations"]
    serious = [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found if one["impact"] in ("serious", "critical")]
    assert not serious, f"{name}: {serious}"


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


def test_every_page_in_light_dark_and_on_a_phone(page, stack):
    client = stack.client()
    run = client.start(testSuite="failing")
    client.finished(run["id"])
    number = client.execution(run["id"])["number"]
    for name, address in {"runs": "/p/demo/runs", "suites": "/p/demo/suites", "run-failed": f"/p/demo/runs/{number}"}.items():
        for look, scheme, width in (("light", "light", 1280), ("dark", "dark", 1280), ("phone", "light", 390)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 844 if width < 500 else 900})
            page.goto(address)
            page.wait_for_function("() => document.querySelector('#app')?.innerText.length > 60")
            page.wait_for_timeout(400)
            assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth + 1"), f"{name} {look} scrolls sideways"
            picture(page, f"{name}-{look}")
            no_serious_faults(page, f"{name} {look}")
    assert not page.faults


def test_the_api_viewer_works_without_the_internet(page):
    page.goto("/api/docs")
    expect(page.locator(".swagger-ui .info .title")).to_contain_text("Assay", timeout=15000)
    assert page.locator(".opblock").count() > 10
    picture(page, "api-docs")
    assert not page.faults
