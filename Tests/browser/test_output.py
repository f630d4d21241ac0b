"""What a running step prints is on the page while it runs, also after a reload and a broken line; following can be paused."""
import pathlib
import re
import tempfile
import uuid

import pytest
from playwright.sync_api import expect

from looking import accessible, fits, picture

FIRST = "printf '\\033[32mready\\033[0m\\n'; echo 'careful' >&2; seq 1 200"


@pytest.fixture
def talking(client):
    """A case that prints, waits for `go()`, prints more and ends."""
    gate = pathlib.Path(tempfile.gettempdir()) / f"assay-gate-{uuid.uuid4()}"
    shell = f"{FIRST}; until test -e {gate}; do sleep 0.05; done; echo 'and more'; until test -e {gate}.end; do sleep 0.05; done"
    client.add_case("talking", [{"name": "begin", "command": {"argv": ["true"]}}, {"name": "talk", "command": {"shell": shell}}])
    run = client.start(testCase="talking")
    client.reached(run["id"], "running")
    yield run, gate.touch, pathlib.Path(f"{gate}.end").touch
    gate.touch()
    pathlib.Path(f"{gate}.end").touch()


def live(page):
    return page.get_by_role("log", name="Live output")


def test_output_is_seen_while_it_is_printed_and_after_a_reload(page, client, talking):
    run, go, end = talking
    page.goto(f"/p/demo/runs/{run['number']}")
    expect(live(page)).to_contain_text("200")
    expect(live(page).locator(".c-g")).to_have_text("ready")
    expect(live(page).locator(".err")).to_contain_text("careful")
    expect(live(page).locator("> div").last).to_be_in_viewport()
    expect(page.locator(".steps li.step[data-status=running]")).to_contain_text("talk")
    accessible(page, "live output")
    picture(page, "live-output")
    page.reload()
    expect(page.locator(".steps li.step[data-status=running]")).to_contain_text("talk")
    expect(live(page)).to_contain_text("200")
    go()
    expect(live(page)).to_contain_text("and more")
    assert live(page).text_content().count("careful") == 1, "a line came twice"
    end()
    client.finished(run["id"])
    expect(page.get_by_role("region", name="Standard output")).to_contain_text("and more")
    expect(live(page)).to_have_count(0)
    assert page.faults == []


def test_scrolling_up_pauses_and_says_how_much_came(page, talking):
    run, go, _ = talking
    page.goto(f"/p/demo/runs/{run['number']}")
    expect(live(page)).to_contain_text("200")
    live(page).hover()
    page.mouse.wheel(0, -2000)
    expect(page.get_by_role("button", name="Follow").first).to_have_attribute("aria-pressed", "false")
    go()
    expect(page.get_by_role("button", name="1 new line")).to_be_visible()
    expect(live(page).get_by_text("and more")).not_to_be_in_viewport()
    fits(page, "paused output")
    page.keyboard.press("f")
    expect(live(page).get_by_text("and more")).to_be_in_viewport()
    expect(page.get_by_role("button", name=re.compile("new line"))).to_have_count(0)
    page.set_viewport_size({"width": 320, "height": 700})
    fits(page, "live output on a phone")


def test_a_line_that_breaks_goes_on_where_it_was(far_page, wire, talking):
    run, go, _ = talking
    far_page.goto(f"/p/demo/runs/{run['number']}")
    expect(live(far_page)).to_contain_text("200")
    wire.cut()
    go()
    wire.heal()
    expect(live(far_page)).to_contain_text("and more", timeout=10_000)
    assert live(far_page).text_content().count("careful") == 1
