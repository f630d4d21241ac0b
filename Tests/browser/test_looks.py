"""Every page and state fits, can be hit, and has nothing for axe to say: wide and phone, light and dark."""
import re

import pytest
from playwright.sync_api import expect

from looking import accessible, fits, picture, quiet


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_every_page_fits_and_is_accessible(page, runs, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 844 if width < 500 else 900})
    pages = {
        "runs": "/p/demo/runs", "runs-filtered": "/p/demo/runs?status=failed,timeout&branch=main&suite=outcomes",
        "suites": "/p/demo/suites", "suites-none": "/p/demo/suites?q=nothing", "alerts": "/p/demo/alerts",
        "missing": "/p/demo/runs/999999", "refused": "/p/demo/runs?environment=Not%20A%20Key!",
        "case": f"/p/demo/runs/{runs['outcomes']}/cases/long-command",
        **{name: f"/p/demo/runs/{number}" for name, number in runs.items() if name != "name"},
    }
    for name, address in pages.items():
        page.goto(address)
        quiet(page)
        page.wait_for_function("() => document.querySelector('as-page').innerText.length > 20")
        name = f"{name}-{scheme}-{width}"
        picture(page, name)
        fits(page, name)
        accessible(page, name)
    # A refused query is the page's own doing; the browser writes it to the console.
    assert all("422" in one for one in page.faults), page.faults


OPENED = {
    "status menu": ("/p/demo/runs", lambda page: page.get_by_role("button", name="Status").click(), "[role=menu]"),
    "branch field": ("/p/demo/runs", lambda page: page.get_by_role("button", name="Branch").click(), ".popfield"),
    "project menu": ("/p/demo/runs", lambda page: page.get_by_role("button", name="Project Demo").click(), "[role=menu]"),
    "own menu": ("/p/demo/runs", lambda page: page.get_by_role("button", name="Admin, menu").click(), "[role=menu]"),
    "palette": ("/p/demo/runs", lambda page: page.keyboard.press("Control+k"), ".palette"),
    "keys": ("/p/demo/runs", lambda page: page.keyboard.press("?"), "as-dialog dialog"),
    "start": ("/p/demo/suites", lambda page: page.get_by_role("button", name="Run Smoke").click(), "select[name=testSuite]"),
}


@pytest.mark.parametrize("name", OPENED)
def test_what_opens_above_a_page_is_accessible_and_closes_with_escape(page, runs, name):
    address, open_it, shown = OPENED[name]
    page.goto(address)
    expect(page.get_by_role("heading", name=re.compile("Runs|Suites"), level=1)).to_be_visible()
    open_it(page)
    expect(page.locator(shown)).to_be_visible()
    picture(page, f"open-{name}")
    fits(page, name)
    accessible(page, name)
    page.keyboard.press("Escape")
    expect(page.locator(shown)).to_have_count(0)


def test_the_login_is_accessible_at_first_after_a_refusal_and_after_a_session(browser, stack):
    context = browser.new_context(base_url=stack.url, viewport={"width": 360, "height": 740})
    page = context.new_page()
    for address in ("/login", "/login?ended=1&next=/p/demo/runs"):
        page.goto(address)
        page.get_by_label("E-mail").fill("nobody@example.org")
        page.get_by_label("Password").fill("wrong")
        accessible(page, address)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("alert")).to_be_visible()
        accessible(page, f"{address} refused")
        fits(page, address)
    picture(page, "login-ended")
    context.close()


def test_a_phone_shows_verdict_bar_and_cases_first_and_the_case_that_was_chosen(page, runs):
    page.goto(f"/p/demo/runs/{runs['outcomes']}")
    for width in (320, 390, 360):
        page.set_viewport_size({"width": width, "height": 740})
        fits(page, f"run at {width} px")
    first = page.locator("li.case").first
    expect(first).to_be_visible()
    for part in (page.locator("as-stamp"), page.get_by_role("region", name="Progress").locator("svg.tick"), first):
        assert part.bounding_box()["y"] + part.bounding_box()["height"] <= 740, "not on the first screen"
    assert page.get_by_role("heading", level=1).inner_text() == runs["name"]
    page.get_by_role("link", name="Long command").click()
    page.wait_for_url(re.compile("/cases/long-command"))
    detail, cases = page.locator(".detail"), page.get_by_role("region", name="Cases")
    assert detail.bounding_box()["y"] < cases.bounding_box()["y"]
    # What was checked is not squeezed by what came instead.
    for check in page.locator(".check > .grow").all():
        assert check.bounding_box()["width"] > 140
