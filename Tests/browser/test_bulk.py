"""Many runs at once: picked by mouse, key or filter; the question shows which it hits, and the answer what was left."""
import re

import pytest
from playwright.sync_api import expect

from gates import Gate, started
from looking import accessible, fits, picture, quiet


@pytest.fixture
def gate():
    made = Gate()
    yield made
    made.open()


@pytest.fixture(scope="module")
def ended(client):
    """Three runs of a suite of their own."""
    client.add_case("bulk-fails", [{"name": "false", "command": {"argv": ["false"]}}])
    client.apply({"testSuites": [{"key": "bulk", "name": "Bulk", "cases": ["bulk-fails"]}]})
    return [client.finished(client.start(testSuite="bulk")["id"])["number"] for _ in range(3)]


def bar(page):
    return page.get_by_role("region", name="Selected runs")


def row(page, number):
    return page.locator(f'li.run[data-number="{number}"]')


def test_runs_are_picked_and_those_that_still_go_are_cancelled(page, client, ended, gate):
    run = started(client, "bulk-goes", {"Goes": (gate, "true")})
    client.reached(run["id"], "running")
    page.goto("/p/demo/runs")
    row(page, run["number"]).hover()
    before = row(page, run["number"]).bounding_box()
    row(page, run["number"]).get_by_role("checkbox").check()
    expect(bar(page)).to_contain_text("1 run selected")
    assert row(page, run["number"]).bounding_box() == before
    row(page, ended[0]).click()
    expect(bar(page)).to_contain_text("2 runs selected")
    expect(page).to_have_url(re.compile("/runs$"))
    picture(page, "bulk-picked")
    bar(page).get_by_role("button", name="Cancel…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 other of those selected ended before.")
    expect(dialog.get_by_role("list", name="Runs it hits").get_by_role("listitem")).to_have_count(1)
    dialog.get_by_label("Reason").fill("wrong ref")
    accessible(page, "cancelling many")
    picture(page, "bulk-cancel")
    dialog.get_by_role("button", name="Cancel 1 run", exact=True).click()
    expect(page.locator("as-toast")).to_contain_text("1 run cancelled.")
    expect(bar(page)).to_have_count(0)
    assert client.finished(run["id"], 40)["cancelReason"] == "wrong ref"


def test_all_that_match_are_run_again(page, client, ended):
    page.goto("/p/demo/runs?suite=bulk")
    page.get_by_role("button", name="Select", exact=True).click()
    expect(bar(page)).to_contain_text("No run selected")
    expect(bar(page).get_by_role("button", name="Run again…")).to_be_disabled()
    bar(page).get_by_role("button", name="Select all that match").click()
    expect(bar(page)).to_contain_text("All runs that match")
    for width, scheme in ((320, "light"), (390, "dark"), (1280, "light")):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 844})
        quiet(page)
        picture(page, f"bulk-all-{width}")
        fits(page, f"picking at {width}")
        accessible(page, f"picking at {width}")
    bar(page).get_by_role("button", name="Run again…").click()
    dialog = page.get_by_role("dialog")
    hits = dialog.get_by_role("list", name="Runs it hits").get_by_role("listitem")
    expect(hits).to_have_count(3)
    dialog.get_by_label("Of suites only the cases that did not pass").check()
    page.set_viewport_size({"width": 390, "height": 844})
    picture(page, "bulk-again-390")
    fits(page, "run again")
    accessible(page, "run again")
    dialog.get_by_role("button", name="Run 3 runs again").click()
    expect(page.locator("as-toast")).to_contain_text("3 runs started.")
    expect(page.locator("li.run")).to_have_count(6)
    newest = client.get("/api/v1/executions?project=demo&suite=bulk&limit=3")["items"]
    assert sorted(client.execution(client.execution(one["id"])["retryOf"])["number"] for one in newest) == sorted(ended)


def test_keys_pick_and_let_go(page, client, ended):
    page.goto("/p/demo/runs?suite=bulk")
    expect(page.locator("li.run").first).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(bar(page)).to_contain_text("2 runs selected")
    page.keyboard.press("x")
    expect(bar(page)).to_contain_text("1 run selected")
    # A box that has the focus keeps no key to itself.
    page.locator("li.run[aria-current] input").focus()
    page.keyboard.press("x")
    expect(bar(page)).to_contain_text("2 runs selected")
    bar(page).get_by_role("button", name="Select all that match").click()
    page.locator("li.run").nth(1).get_by_role("checkbox").uncheck()
    expect(bar(page)).to_contain_text(re.compile(r"^\d+ runs selected"))
    page.keyboard.press("r")
    expect(page.get_by_role("dialog").get_by_role("list", name="Runs it hits")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(bar(page)).to_have_count(0)
    expect(page.locator("li.run .pick:checked")).to_have_count(0)


def test_what_could_not_be_done_is_told(page, client, gate):
    first = started(client, "bulk-ends", {"Ends": (gate, "true")})
    client.reached(first["id"], "running")
    page.goto("/p/demo/runs?suite=bulk-ends")
    row(page, first["number"]).hover()
    row(page, first["number"]).get_by_role("checkbox").check()
    bar(page).get_by_role("button", name="Cancel…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("list", name="Runs it hits")).to_be_visible()
    gate.open()
    client.finished(first["id"])
    dialog.get_by_role("button", name="Cancel 1 run", exact=True).click()
    expect(dialog).to_contain_text("1 run could not be cancelled")
    expect(dialog.get_by_role("list", name="Runs that were left")).to_contain_text("It had ended.")
    accessible(page, "what was left")
    picture(page, "bulk-left")


def test_a_refused_question_stays_open(page, client, ended):
    page.goto("/p/demo/runs?suite=bulk")
    page.get_by_role("button", name="Select", exact=True).click()
    bar(page).get_by_role("button", name="Select all that match").click()
    bar(page).get_by_role("button", name="Run again…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("list", name="Runs it hits")).to_be_visible()
    page.route("**/bulk-retry", lambda route: route.abort())
    dialog.get_by_role("button", name=re.compile(r"^Run \d+ runs again")).click()
    expect(dialog.get_by_role("alert")).to_contain_text("The server could not be reached.")
    expect(bar(page)).to_be_visible()
