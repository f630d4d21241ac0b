"""The whole output of a step: every line has an address, search counts all of it, the first error is one key away."""
import re

import pytest
from playwright.sync_api import expect

from looking import accessible, fits, picture

LINES = 30_000
SHELL = f"""awk 'BEGIN {{ for (line = 1; line <= {LINES}; line++) {{
  if (line == 20000) print "\\033[31mTypeError\\033[0m: it broke"; else print "line " line " of a long log, 0 errors so far" }} }}'; exit 1"""


@pytest.fixture(scope="module")
def log(client):
    steps = [{"name": "talk", "command": {"shell": SHELL}}]
    case = {"key": "talks", "name": "Talks", "type": "generic", "steps": steps}
    client.apply({"testCases": [case], "testSuites": [{"key": "talkers", "name": "Talkers", "cases": ["talks"], "options": {}}]})
    number = client.finished(client.start(testSuite="talkers")["id"])["number"]
    return f"/p/demo/runs/{number}"


def whole(page):
    expect(page.locator("[data-lines]")).to_have_attribute("data-lines", str(LINES))


def line(page, number):
    return page.locator(f"#L{number}")


def test_one_comes_from_the_step_with_what_was_searched_and_finds_all_of_it(page, log):
    page.goto(log)
    page.get_by_role("searchbox", name="Search output").fill("line 12345")
    expect(page.locator("[name=search-output] + span")).to_have_text("none")
    page.get_by_role("link", name="Whole standard output").click()
    whole(page)
    expect(page.get_by_text("1 of 1", exact=True)).to_be_visible()
    expect(line(page, 12345)).to_be_in_viewport()
    field = page.get_by_role("searchbox", name="Search output")
    field.fill("line 2")
    # line 2, 2x, 2xx, 2xxx and 2xxxx but for the one that broke
    expect(page.get_by_text("1 of 11,110", exact=True)).to_be_visible()
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"#L2$"))
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"q=line\+2#L20$"))
    expect(line(page, 20)).to_be_in_viewport()
    page.keyboard.press("Shift+Enter")
    expect(page.get_by_text("1 of 11,110", exact=True)).to_be_visible()


def test_an_address_names_a_line_and_the_first_error_is_one_key_away(page, log):
    page.goto(f"{log}/log?case=talks&attempt=1&step=1&stream=stdout#L29990")
    whole(page)
    expect(line(page, 29990)).to_be_in_viewport()
    expect(line(page, 29990)).to_have_attribute("aria-current", "true")
    page.keyboard.press("e")
    expect(page).to_have_url(re.compile("#L20000$"))
    expect(line(page, 20000)).to_be_in_viewport()
    expect(line(page, 20000).locator(".c-r")).to_have_text("TypeError")
    page.get_by_role("textbox", name="Line").fill("500")
    page.keyboard.press("Enter")
    expect(line(page, 500)).to_be_in_viewport()
    line(page, 505).get_by_role("link").click()
    expect(page).to_have_url(re.compile("#L505$"))
    assert page.locator(".logline").count() < 300, "only what is near is in the document"
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.path().read_text().count("\n") == LINES
    page.get_by_role("link", name=re.compile("^Talkers")).click()
    expect(page.get_by_role("region", name="Step 1")).to_be_visible()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390), ("light", 320)])
def test_the_log_fits_wrapped_or_not(page, client, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    long = "x" * 1000
    client.add_case("wide", [{"name": "wide", "command": {"shell": f"for i in 1 2 3; do echo {long}; done; seq 1 100"}}])
    number = client.finished(client.start(testCase="wide")["id"])["number"]
    page.goto(f"/p/demo/runs/{number}/log?attempt=1&step=1&stream=stdout")
    expect(line(page, 3)).to_be_visible()
    fits(page, "log")
    page.get_by_role("button", name="Wrap").click()
    fits(page, "wrapped log")
    accessible(page, "wrapped log")
    picture(page, f"log-{scheme}-{width}")
    # What as-list thinks a wrapped line takes is what it takes: nothing overlaps, no gap.
    boxes = [line(page, number).bounding_box() for number in range(1, 4)]
    for upper, lower in zip(boxes, boxes[1:]):
        assert abs(upper["y"] + upper["height"] - lower["y"]) < 1
    assert boxes[0]["height"] > 18


def test_what_is_not_there_says_so(page, log):
    page.goto(f"{log}/log?case=talks&attempt=1&step=9&stream=stdout")
    expect(page.get_by_text("Not here, or not yours")).to_be_visible()


FAR = 90_000
LONG_SHELL = f"""echo needle in another stream >&2; awk 'BEGIN {{ for (line = 1; line <= {FAR}; line++) {{
  if (line == 10 || line == 85000 || line == {FAR}) print "needle at " line
  else if (line == 88000) print "only\\033[1m here\\033[0m"
  else print "line " line " of a log of more than 16 MiB {'x' * 190}" }} }}'"""


@pytest.fixture(scope="module")
def long_log(client):
    client.add_case("talks-long", [{"name": "talk", "command": {"shell": LONG_SHELL}}])
    number = client.finished(client.start(testCase="talks-long")["id"])["number"]
    return f"/p/demo/runs/{number}/log?attempt=1&step=1&stream=stdout"


def came(page):
    """The first part of the log is here, and not more."""
    expect(page.get_by_role("button", name="Load more")).to_be_visible()
    assert int(page.locator("[data-lines]").get_attribute("data-lines")) < 85_000


def test_search_counts_what_is_not_here_yet_and_leads_to_it(page, long_log):
    page.goto(long_log)
    came(page)
    field = page.get_by_role("searchbox", name="Search output")
    field.fill("needle")
    expect(page.get_by_text("1 of 3", exact=True)).to_be_visible()
    came(page)
    for number, said in ((10, "1 of 3"), (85_000, "2 of 3"), (FAR, "3 of 3"), (10, "1 of 3")):
        field.press("Enter")
        expect(page).to_have_url(re.compile(f"#L{number}$"))
        expect(line(page, number)).to_be_in_viewport()
        expect(page.get_by_text(said, exact=True)).to_be_visible()


def test_the_match_before_the_first_is_the_last_of_all_of_it(page, long_log):
    page.goto(long_log)
    came(page)
    page.get_by_role("searchbox", name="Search output").fill("NEEDLE")
    expect(page.get_by_text("1 of 3", exact=True)).to_be_visible()
    page.keyboard.press("Shift+Enter")
    expect(line(page, FAR)).to_be_in_viewport()
    expect(page.get_by_text("3 of 3", exact=True)).to_be_visible()


def test_what_is_only_further_down_is_said_so_and_one_key_away(page, long_log):
    page.goto(long_log)
    came(page)
    field = page.get_by_role("searchbox", name="Search output")
    field.fill("only here")
    expect(page.get_by_text("1 further down")).to_be_visible()
    picture(page, "log-further-down")
    fits(page, "log with matches further down")
    field.press("Enter")
    expect(line(page, 88_000)).to_be_in_viewport()
    expect(page.get_by_text("1 of 1", exact=True)).to_be_visible()
    field.fill("nowhere at all")
    expect(page.get_by_text("none", exact=True)).to_be_visible()


def test_an_address_and_a_number_lead_to_a_line_that_is_not_here_yet(page, long_log):
    page.goto(f"{long_log}#L{FAR - 5}")
    expect(line(page, FAR - 5)).to_be_in_viewport()
    page.goto("/p/demo/runs")
    page.goto(long_log)
    came(page)
    page.get_by_role("textbox", name="Line").fill("89,000")
    page.keyboard.press("Enter")
    expect(line(page, 89_000)).to_be_in_viewport()


def test_the_search_of_a_step_tells_what_the_whole_log_has(page, long_log):
    page.goto(long_log.split("/log?")[0])
    page.get_by_role("searchbox", name="Search output").fill("only here")
    expect(page.locator("[name=search-output] + span")).to_have_text("1 in the whole log")
    page.get_by_role("link", name="Whole standard output").click()
    expect(line(page, 88_000)).to_be_in_viewport()
