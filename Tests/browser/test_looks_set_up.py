"""Every page of what people set up fits, can be hit and has nothing for axe to say: full and empty, wide and phone."""
import re
from datetime import datetime

import pytest
from playwright.sync_api import expect

from looking import accessible, fits, picture, quiet
from set_up import GONE, LONG


@pytest.mark.timeout(600)  # some twenty pages, each looked at twice
@pytest.mark.parametrize(("part", "scheme", "width", "narrower"), [
    ("full", "light", 1280, 800), ("full", "dark", 390, 320), ("new", "dark", 390, 320), ("empty", "light", 390, 320)])
def test_every_page_of_what_people_set_up_fits_and_is_accessible(page, set_up, part, scheme, width, narrower):
    page.emulate_media(color_scheme=scheme)
    found = []
    for name, address in set_up[part].items():
        page.set_viewport_size({"width": width, "height": 844 if width < 500 else 900})
        page.goto(address)
        quiet(page)
        page.wait_for_function("() => document.querySelector('as-page').innerText.length > 20")
        name = f"{part}-{name}-{scheme}-{width}"
        picture(page, name)
        for look, at in ((fits, width), (accessible, width), (fits, narrower)):
            page.set_viewport_size({"width": at, "height": 844})
            try:
                look(page, f"{name} at {at}")
            except AssertionError as fault:
                found.append(str(fault))
    # The browser writes down that what is gone was not found, which is what the page shows.
    assert found == [] and [one for one in page.faults if GONE not in one] == []


ANOTHER_DAY = f"{datetime.now().year}-{'09-28' if datetime.now().month < 6 else '02-28'}T20:58:58.888Z"  # as wide as a time gets
STATES = [("pending", 0, None), ("pending", 3, "connectionRefused"), ("sending", 1, None), ("delivered", 1, None),
          ("gaveUp", 12, "addressRefused"), ("gaveUp", 1, "http503"), ("gaveUp", 1, "mailNotConfigured")]


@pytest.mark.parametrize(("name", "source"), [("notifications", "**/api/v1/notifications?*"),
                                              ("deliveries", "**/api/v1/subscriptions/*/deliveries?*")])
def test_every_state_that_what_was_sent_can_have_fits_a_phone(page, set_up, name, source):
    """The states come by and go while pages are looked at: all of them at once, in rows that the server wrote."""
    def in_every_state(route):
        answer = route.fetch()
        body = answer.json()
        body["items"] = [{**one, "id": f"{one['id'][:-2]}{n:02}", "state": state, "tries": tries, "reason": reason,
                          **({"createdAt": ANOTHER_DAY} if n % 2 else {}), **({"channel": {"id": "1", "name": "w" * 100}} if n == 2 else {})}
                         for one in body["items"][:1] for n, (state, tries, reason) in enumerate(STATES)]
        route.fulfill(response=answer, json=body)

    page.route(source, in_every_state)
    page.set_viewport_size({"width": 320, "height": 844})
    page.goto(set_up["full"][name])
    expect(page.locator(".things tbody tr")).to_have_count(len(STATES))
    picture(page, f"states-{name}-320")
    fits(page, name)


def opened_dialogs(page):
    yield "/p/demo/settings/channels", lambda: menu(page, "Delete"), "delete a channel"
    yield "/p/demo/settings/channels", lambda: menu(page, "Send a test"), "test a channel"
    yield "/p/demo/cases/" + "k" * 63, lambda: page.get_by_role("button", name="Compare version 1").click(), "compare"
    yield "/p/demo/cases/" + "k" * 63, lambda: page.get_by_role("button", name="Run", exact=True).click(), "run a case"
    yield "/p/demo/cases", lambda: page.get_by_role("button", name="Tag").click(), "filter by tag"


def menu(page, entry):
    page.get_by_role("button", name=f"Actions for {LONG[:100]}").first.click()
    page.get_by_role("menuitem", name=entry).click()


@pytest.mark.parametrize("width", [1280, 390])
def test_what_opens_above_them_is_accessible(page, set_up, width):
    page.set_viewport_size({"width": width, "height": 844})
    for address, open_it, name in opened_dialogs(page):
        page.goto(address)
        quiet(page)
        open_it()
        expect(page.locator("dialog[open], .popfield").first).to_be_visible()
        quiet(page) if name != "test a channel" else None
        picture(page, f"open-{name}-{width}")
        fits(page, name)
        accessible(page, name)
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open], .popfield")).to_have_count(0)


def test_a_list_that_cannot_be_loaded_says_so_and_keeps_what_it_has(page, set_up):
    page.goto("/p/demo/cases")
    expect(page.locator("tbody tr").first).to_be_visible()
    page.route(re.compile("/api/v1/test-cases"), lambda route: route.abort())
    page.get_by_placeholder("Name or key").fill("hello")
    expect(page.get_by_text("The cases may be out of date")).to_be_visible()
    expect(page.locator("tbody tr").first).to_be_visible()
    picture(page, "set-up-stale")
    page.unroute(re.compile("/api/v1/test-cases"))
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("out of date")).to_have_count(0)
    page.goto("/p/demo/runs")
    page.route(re.compile("/api/v1/test-items"), lambda route: route.abort())
    page.get_by_role("link", name="Items").click()
    expect(page.get_by_text("The items could not be loaded")).to_be_visible()
    accessible(page, "items that could not be loaded")
