"""A session that ends, and pages that cannot be fetched, never leave a person before a dead page."""
import contextlib
import re

import pytest
from playwright.sync_api import Error, expect

from looking import log_in, quiet

DOOR = "Your session ended. Log in and you are back where you were."


def held(page, address):
    """Holds the requests of an address back until `release`; they then fail, and the page has had time to draw."""
    waiting = []
    page.route(address, lambda route: waiting.append(route))

    def release():
        page.unroute(address)
        for one in waiting:
            with contextlib.suppress(Error):  # the page has given it up
                one.fulfill(status=503)
        page.evaluate("""async () => {
          await fetch("/healthz");
          for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
        }""")
        return len(waiting)
    return release


@pytest.mark.parametrize("way", ["keys", "click"])
def test_a_session_that_ends_leads_to_the_login_and_back(page, stack, way):
    """The answers of the page that is left come after the login page is there: they must not draw over it."""
    page.goto("/p/demo/runs")
    expect(page.get_by_role("heading", name="Runs", level=1)).to_be_visible()
    quiet(page)
    release = held(page, re.compile(r"/api/v1/(executions|queue|environments|projects)"))
    page.get_by_role("button", name="Failing", exact=True).click()
    page.wait_for_url(re.compile("status="))
    page.context.clear_cookies()
    if way == "keys":
        page.keyboard.press("g")
        page.keyboard.press("s")
    else:
        page.get_by_role("link", name="Suites").first.click()
    expect(page.get_by_label("E-mail")).to_be_visible()
    assert release() > 0
    expect(page.get_by_label("E-mail")).to_be_visible()
    expect(page.get_by_text(DOOR)).to_be_visible()
    expect(page.get_by_text("could not be loaded")).to_have_count(0)
    log_in(page, stack)
    expect(page).to_have_url(re.compile("/p/demo/suites$"))
    expect(page.get_by_role("button", name="Run Smoke")).to_be_visible()


def test_who_comes_without_a_session_is_not_told_that_one_ended(browser, stack):
    page = browser.new_context(base_url=stack.url).new_page()
    page.goto("/p/demo/suites")
    expect(page.get_by_label("E-mail")).to_be_visible()
    expect(page.get_by_text(DOOR)).to_have_count(0)
    page.context.close()


def test_a_page_that_cannot_be_fetched_says_so_and_can_be_tried_again(page):
    page.goto("/p/demo/runs")
    # A line that comes to life would try again by itself.
    expect(page.locator(".side .pulse[data-state=live]")).to_be_visible()
    page.route("**/js/pages/suites.js", lambda route: route.abort())
    page.get_by_role("link", name="Suites").first.click()
    expect(page.get_by_text("This page could not be loaded")).to_be_visible()
    expect(page).to_have_url(re.compile("/p/demo/suites$"))
    page.unroute("**/js/pages/suites.js")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("button", name="Run Smoke")).to_be_visible()


def test_suites_opened_for_the_first_time_without_a_network_come_with_it(far_page, wire):
    far_page.goto("/p/demo/runs")
    expect(far_page.locator(".pulse[data-state=live]").first).to_be_visible()
    wire.cut()
    far_page.get_by_role("link", name="Suites").first.click()
    expect(far_page.get_by_text("This page could not be loaded")).to_be_visible()
    wire.heal()
    expect(far_page.get_by_role("button", name="Run Smoke")).to_be_visible(timeout=6000)
