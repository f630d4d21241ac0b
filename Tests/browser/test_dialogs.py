"""A dialog closes at once, by any way out, and what was typed into it is there when it is opened again."""
import re

import pytest
from playwright.sync_api import expect

from looking import accessible, log_in, picture, quiet

OUT = {
    "escape": lambda page: page.keyboard.press("Escape"),
    "outside": lambda page: page.mouse.click(5, 5),
    "cross": lambda page: page.locator("dialog").get_by_role("button", name="Close").click(),
    "back": lambda page: page.go_back(),
}
AGAIN = "This is what you had typed before"


def start_sheet(page):
    page.get_by_role("button", name="Run Smoke").click()
    sheet = page.locator("dialog[open]")
    expect(sheet.get_by_label("Branch")).to_be_visible()
    return sheet


@pytest.mark.parametrize("way", OUT)
def test_what_was_typed_into_the_start_sheet_is_there_again(page, way):
    page.goto("/p/demo/runs")
    expect(page.get_by_role("heading", name="Runs", level=1)).to_be_visible()
    page.get_by_role("link", name="Suites").first.click()
    sheet = start_sheet(page)
    sheet.get_by_label("Branch").fill("topic/half-typed")
    OUT[way](page)
    expect(page.locator("dialog")).to_have_count(0)
    if way == "back":
        expect(page).to_have_url(re.compile("/runs$"))
        page.go_forward()
    sheet = start_sheet(page)
    expect(sheet.get_by_label("Branch")).to_have_value("topic/half-typed")
    expect(sheet.get_by_text(AGAIN)).to_be_visible()
    quiet(page)
    picture(page, "start-again")
    accessible(page, "a start sheet opened again")
    sheet.get_by_role("button", name="Take it back").click()
    page.keyboard.press("Escape")
    expect(start_sheet(page).get_by_text(AGAIN)).to_have_count(0)


def test_what_was_typed_belongs_to_its_suite_and_goes_with_the_run(page, runs):
    page.goto("/p/demo/suites")
    sheet = start_sheet(page)
    sheet.get_by_label("Branch").fill("topic/of-smoke")
    sheet.get_by_label("Suite", exact=True).select_option("sleepers")
    expect(sheet.get_by_label("Branch")).to_have_value("")
    sheet.get_by_label("Suite", exact=True).select_option("smoke")
    expect(sheet.get_by_label("Branch")).to_have_value("topic/of-smoke")
    page.keyboard.press("Escape")
    sheet = start_sheet(page)
    expect(sheet.get_by_label("Suite", exact=True)).to_have_value("smoke")
    expect(sheet.get_by_label("Branch")).to_have_value("topic/of-smoke")
    sheet.get_by_role("button", name="Start run").click()
    page.wait_for_url(re.compile(r"/runs/\d+$"))
    page.goto("/p/demo/suites")
    sheet = start_sheet(page)
    expect(sheet.get_by_label("Branch")).to_have_value("topic/of-smoke")
    expect(sheet.get_by_text(AGAIN)).to_have_count(0)


def test_a_session_that_ends_in_the_sheet_leaves_no_dialog_above_the_login(page, stack):
    page.goto("/p/demo/suites")
    sheet = start_sheet(page)
    sheet.get_by_label("Commit").fill("abc1234")
    page.context.clear_cookies()
    sheet.get_by_role("button", name="Start run").click()
    expect(page.get_by_label("E-mail")).to_be_visible()
    expect(page.locator("dialog")).to_have_count(0)
    log_in(page, stack)
    sheet = start_sheet(page)
    expect(sheet.get_by_label("Commit")).to_have_value("abc1234")
    sheet.get_by_role("button", name="Take it back").click()


def test_a_reason_that_was_half_typed_is_there_again(page, client, runs):
    run = client.start(testSuite="sleepers")
    client.reached(run["id"], "running")
    number = client.execution(run["id"])["number"]
    page.goto(f"/p/demo/runs/{number}")
    cancel = page.get_by_role("button", name="Cancel", exact=True).first
    cancel.click()
    page.get_by_label("Reason, if there is one").fill("the wrong")
    page.keyboard.press("Escape")
    cancel.click()
    expect(page.get_by_label("Reason, if there is one")).to_have_value("the wrong")
    page.keyboard.press("End")
    page.keyboard.type(" branch")
    page.keyboard.press("Enter")
    client.finished(run["id"])
    assert client.execution(run["id"])["cancelReason"] == "the wrong branch"
