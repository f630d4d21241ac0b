"""What stands in a list is what its heading says, stays in its place under the pointer, and keeps its row's figures."""
import re

import pytest
from playwright.sync_api import expect

from gates import Gate, started
from looking import accessible, quiet


@pytest.fixture
def gates():
    made = [Gate(), Gate()]
    yield made
    for gate in made:
        gate.open()


def test_a_group_that_is_held_says_how_many_are_no_longer_what_it_is_called(page, client, gates):
    first, second = gates
    run = started(client, "held", {"Ends first": (first, "true"), "Ends last": (second, "true")})
    page.goto(f"/p/demo/runs/{run['number']}")
    group = page.get_by_role("region", name="Running", exact=True)
    expect(group.locator("h3")).to_have_text("Running · 2")
    page.get_by_role("link", name="Ends last").hover()
    first.open()
    expect(page.get_by_role("region", name="Progress")).to_have_attribute("data-done", "1")
    expect(group.locator("h3")).to_have_text("Running · 1, 1 no longer")
    expect(group.locator("li.case")).to_have_count(2)
    second.open()
    expect(page.locator("as-stamp")).to_have_attribute("data-status", "passed")
    expect(group.locator("h3")).to_have_text("Running · 0, 2 no longer")
    page.keyboard.press(".")
    expect(page.get_by_role("region", name="Passed", exact=True).locator("li.case")).to_have_count(2)


def test_a_new_run_waits_behind_a_pill_that_moves_no_row(page, client):
    client.finished(client.start(testSuite="smoke")["id"])
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("/p/demo/runs")
        row = page.locator("li.run").first
        expect(row).to_be_visible()
        quiet(page)
        page.locator(".runlists").dispatch_event("pointerenter")
        before = row.bounding_box()
        client.finished(client.start(testSuite="smoke")["id"])
        expect(page.get_by_role("button", name=re.compile("new run"))).to_be_visible()
        assert row.bounding_box() == before, f"at {width} px"


@pytest.mark.parametrize("width", [1280, 1100, 800])
def test_what_can_be_done_with_a_run_stands_beside_its_time(page, client, width):
    client.finished(client.start(testSuite="smoke", revision={"branch": "main"})["id"])
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/p/demo/runs")
    row = page.locator("li.run").first
    row.hover()
    acts = row.locator(".rowacts")
    expect(acts.get_by_role("button", name=re.compile("^Copy link"))).to_be_visible()
    expect(acts).to_have_css("opacity", "1")
    acts = acts.bounding_box()
    for cell in (".c-dur", ".c-when"):
        box = row.locator(cell).bounding_box()
        assert acts["x"] + acts["width"] <= box["x"], f"{cell} is covered"
        assert row.locator(cell).evaluate("(node) => node.scrollWidth <= node.clientWidth"), f"{cell} is cut"


def test_a_page_opened_before_the_first_failure_moves_to_it(page, client, gates):
    first, second = gates
    run = started(client, "fails-later", {"Passes": (second, "true"), "Fails": (first, "exit 7")})
    page.goto(f"/p/demo/runs/{run['number']}")
    case = page.get_by_role("region", name="Case", exact=True)
    expect(case.get_by_role("heading", name="Passes")).to_be_visible()
    first.open()
    expect(case.get_by_role("heading", name="Fails")).to_be_visible()
    expect(page.get_by_role("region", name="Error")).to_contain_text("exit code is 7")
    expect(page).to_have_url(re.compile(rf"/runs/{run['number']}$"))


@pytest.mark.parametrize("way", ["address", "step"])
def test_who_reads_a_case_is_not_taken_away_from_it(page, client, gates, way):
    first, second = gates
    run = started(client, f"read-{way}", {"Passes": (second, "true"), "Fails": (first, "exit 7")})
    page.goto(f"/p/demo/runs/{run['number']}" + (f"/cases/read-{way}-0" if way == "address" else ""))
    case = page.get_by_role("region", name="Case", exact=True)
    expect(case.get_by_role("heading", name="Passes")).to_be_visible()
    if way == "step":
        case.get_by_role("link", name="begin").click()
    first.open()
    expect(page.get_by_role("region", name="Failed", exact=True)).to_be_visible()
    expect(case.get_by_role("heading", name="Passes")).to_be_visible()


def test_ticks_of_a_suite_stand_in_its_order_also_for_who_came_later(page, client, gates):
    first, second = gates
    run = started(client, "ordered", {"Waits": (second, "true"), "Fails": (first, "exit 7"), "Waits too": (second, "true")})
    client.reached(run["id"], "running")
    for child in client.children(run["id"]):
        client.reached(child["id"], "running")
    page.goto("/p/demo/runs")
    row = page.locator(f'li.run[data-number="{run["number"]}"]')
    expect(row).to_have_attribute("data-status", "running")
    quiet(page)
    first.open()
    expect(row.locator(".c-res")).to_contain_text("1 failed")
    failed = row.locator(".c-streak path.k-f")
    # The second of three: one tick to its left, one to its right.
    expect(failed).to_have_attribute("d", re.compile(r"^M9 "))
    expect(row.locator(".c-streak path.k-r")).to_have_attribute("d", re.compile(r"^M0 .*M18 "))


def test_suites_are_filtered_by_their_names(page, client):
    client.finished(client.start(testSuite="failing")["id"])
    client.finished(client.start(testSuite="smoke")["id"])
    page.goto("/p/demo/runs")
    page.get_by_role("button", name="Suite", exact=True).click()
    expect(page.get_by_role("menuitemcheckbox", name="Smoke", exact=True)).to_be_visible()
    page.keyboard.type("smo")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("suite=smoke$"))
    expect(page.locator("[data-chip=suite] b")).to_have_text("Smoke")
    expect(page.locator("li.run .name a").first).to_have_text("Smoke")
    expect(page.locator("li.run .name a", has_text="Failing on purpose")).to_have_count(0)
    page.get_by_role("menuitemcheckbox", name="Failing on purpose").click()
    expect(page).to_have_url(re.compile("suite=smoke,failing"))
    expect(page.locator("li.run .name a", has_text="Failing on purpose").first).to_be_visible()
    expect(page.locator("li.run .name a", has_text="Smoke").first).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Remove filter Suite").click()
    page.get_by_role("button", name="Kind", exact=True).click()
    page.get_by_role("menuitemcheckbox", name="Single cases").click()
    expect(page).to_have_url(re.compile("kind=case"))
    expect(page.locator("li.run .name a", has_text="Smoke")).to_have_count(0)


def test_while_cases_come_and_go_by_the_second_nothing_moves(page, client):
    steps = [{"name": "work", "command": {"argv": ["true"]}}]
    names = [f"brief-{at:03}" for at in range(120)]
    client.apply({"testCases": [{"key": name, "name": name, "type": "generic", "steps": steps} for name in names],
                  "testSuites": [{"key": "brief", "name": "Brief", "cases": names, "options": {"parallel": 4}}]})
    run = client.start(testSuite="brief")
    page.goto(f"/p/demo/runs/{run['number']}")
    expect(page.locator("li.case").first).to_be_attached()
    page.evaluate("""() => {
      window.shift = 0;
      new PerformanceObserver((list) => list.getEntries().forEach((one) => { if (!one.hadRecentInput) window.shift += one.value; }))
        .observe({ type: "layout-shift", buffered: true });
    }""")
    expect(page.locator("as-stamp")).to_have_attribute("data-status", "passed", timeout=60_000)
    expect(page.get_by_role("region", name="Passed", exact=True).locator("h3")).to_have_text("Passed · 120")
    quiet(page)
    assert page.evaluate("window.shift") < 0.1


def test_waiting_cases_of_a_long_run_fold_and_can_be_shown(page, client, gates):
    first, second = gates
    others = {f"Waits {at:02}": (second, "true") for at in range(20)}
    run = started(client, "folds", {"Goes on": (first, "true"), **others}, parallel=2)
    for child in client.children(run["id"])[:2]:
        client.reached(child["id"], "running")
    page.goto(f"/p/demo/runs/{run['number']}")
    waiting = page.get_by_role("region", name="Waiting", exact=True)
    expect(waiting.locator("h3")).to_contain_text("Waiting · 19")
    expect(waiting.locator("li.case")).to_have_count(0)
    accessible(page, "folded cases")
    waiting.get_by_role("button", name="show").click()
    expect(waiting.locator("li.case")).to_have_count(19)
