"""What the page says about its line is true, and it is true again at most 3 s after the network is."""
import re
import time

from playwright.sync_api import expect

from harness.stack import until
from looking import accessible, fits

LIVE = ".side .pulse[data-state=live]"
DOWN = ".side .pulse[data-state=down]"


def watching(page):
    page.goto("/p/demo/runs")
    expect(page.locator(LIVE)).to_be_visible()
    # Who has the pointer elsewhere and nothing chosen sees new runs by themselves.
    page.mouse.move(5, 5)
    return page


def since(page):
    return re.search(r"since ([\d:]+)", page.locator(DOWN).inner_text())[1]


def finished_meanwhile(client):
    run = client.start(testSuite="failing")
    return client.finished(run["id"])


def is_live_and_correct(page, run, began):
    expect(page.locator(LIVE)).to_be_visible(timeout=3000)
    left = max(1, 3000 - (time.monotonic() - began) * 1000)
    expect(page.locator(f'li.run[data-number="{run["number"]}"][data-status=failed]')).to_be_visible(timeout=left)


def test_a_connection_that_goes_quiet_is_noticed_and_keeps_its_first_time(far_page, wire, client):
    page = watching(far_page)
    wire.stall()
    expect(page.locator(DOWN)).to_be_visible(timeout=22_000)
    first = since(page)
    until(lambda: "trying again" in page.locator(DOWN).inner_text(), what="another try")
    run = finished_meanwhile(client)
    page.wait_for_timeout(5000)
    assert since(page) == first
    wire.heal()
    is_live_and_correct(page, run, time.monotonic())


def test_after_a_long_cut_the_page_is_back_within_3_seconds(far_page, wire, client):
    page = watching(far_page)
    wire.cut()
    expect(page.locator(DOWN)).to_be_visible(timeout=5000)
    first = since(page)
    run = finished_meanwhile(client)
    accessible(page, "a page without a network")
    page.set_viewport_size({"width": 360, "height": 740})
    expect(page.locator(".top .pulse[data-state=down]")).to_be_visible()
    fits(page, "a phone without a network")
    accessible(page, "a phone without a network")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.wait_for_timeout(17_000)
    assert since(page) == first
    wire.heal()
    is_live_and_correct(page, run, time.monotonic())


def test_a_restart_of_the_events_role_is_no_news(page, stack):
    watching(page)
    page.evaluate("""() => {
      window.seen = [];
      const look = () => window.seen.push(document.querySelector(".side .pulse").dataset.state);
      new MutationObserver(look).observe(document.querySelector(".side .pulse"), { attributes: true });
    }""")
    old = stack.pids()["events"]
    stack.kill("events", 15)
    until(lambda: stack.pids().get("events") not in (None, old), what="a new events role")
    client = stack.client()
    run = client.start(testSuite="failing")
    expect(page.locator(f'li.run[data-number="{run["number"]}"][data-status=failed]')).to_be_visible(timeout=20_000)
    assert "down" not in page.evaluate("window.seen")
