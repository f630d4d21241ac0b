"""What the page says about a run that has ended is its verdict, in the words and colours of that verdict."""
import re

import pytest
from playwright.sync_api import expect

from looking import accessible, fits, picture

LINES = "\n".join(f"line {number}" for number in range(1, 301))


def colour(page, selector):
    return page.locator(selector).first.evaluate("(node) => getComputedStyle(node).color")


def family(page, name):
    return page.evaluate("""(name) => {
      const probe = document.body.appendChild(document.createElement("i"));
      probe.className = name;
      const colour = getComputedStyle(probe).color;
      probe.remove();
      return colour;
    }""", name)


def headline(page):
    return page.get_by_role("region", name="Progress").locator(".eta")


def test_a_cancelled_run_says_who_and_why_and_no_percentage(page, runs):
    page.goto(f"/p/demo/runs/{runs['cancelled']}")
    expect(headline(page)).to_contain_text("Cancelled")
    expect(headline(page)).to_contain_text("by tests: “wrong ref”")
    expect(page.get_by_role("region", name="Progress")).not_to_contain_text("%")


@pytest.mark.parametrize("width", [1280, 320])
def test_what_happened_and_what_held_is_one_click_away(page, runs, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"/p/demo/runs/{runs['cancelled']}")
    page.get_by_role("button", name="What happened to this run").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("row").nth(1)).to_contain_text("Waiting")
    last = dialog.get_by_role("row").last
    expect(last).to_contain_text("Cancelled")
    expect(dialog).to_contain_text("wrong ref")
    expect(dialog).to_contain_text("tests")
    expect(dialog.get_by_role("region", name="What held")).to_contain_text("by default")
    picture(page, f"about-{width}")
    fits(page, "what happened")
    accessible(page, "what happened")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="What happened to this case").click()
    expect(dialog.get_by_role("heading", level=2)).to_contain_text("What happened to")
    expect(dialog.get_by_role("row").nth(1)).to_contain_text("Waiting")


def test_a_run_is_taken_away_as_a_page_that_stands_alone(page, runs, tmp_path):
    page.goto(f"/p/demo/runs/{runs['outcomes']}")
    page.get_by_role("button", name="Take this run away").click()
    with page.expect_download() as told:
        page.get_by_role("menuitem", name="Page for a mail (HTML)").click()
    file = tmp_path / told.value.suggested_filename
    told.value.save_as(file)
    assert file.name == f"demo-{runs['outcomes']}.html"
    for scheme, width in (("light", 1000), ("dark", 360)):
        alone = page.context.browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 800}, offline=True)
        alone.goto(file.as_uri())
        expect(alone.get_by_role("heading", level=1)).to_have_text(runs["name"])
        expect(alone.get_by_role("heading", name="Did not pass")).to_be_visible()
        expect(alone.get_by_role("row")).to_have_count(5)
        picture(alone, f"report-{scheme}-{width}")
        fits(alone, "the report")
        accessible(alone, "the report")
        alone.close()


def test_a_failed_run_says_how_many_and_a_time_out_is_not_called_a_failure(page, runs):
    page.goto(f"/p/demo/runs/{runs['outcomes']}")
    expect(headline(page)).to_contain_text("1 failed, 1 timed out of 4 cases")
    expect(page.get_by_role("region", name="Progress")).not_to_contain_text("%")
    amber = family(page, "timeout")
    assert colour(page, ".eta .timeout") == amber != family(page, "failed")
    page.goto("/p/demo/runs?suite=outcomes")
    row = f'li.run[data-number="{runs["outcomes"]}"]'
    assert colour(page, f"{row} .c-res .timeout") == amber
    page.goto(f"/p/demo/runs/{runs['timeout']}")
    expect(page.get_by_role("region", name="Error")).to_have_attribute("data-status", "timeout")
    ground = "(node) => getComputedStyle(node).backgroundColor"
    soft = page.locator(".stamp.timeout").evaluate(ground)
    assert page.locator(".fault > header").evaluate(ground) == soft
    assert page.locator(".steps li.step").evaluate(ground) == soft


@pytest.mark.parametrize("page_name", ["runs", "flaky", "outcomes"])
def test_what_passed_only_on_a_later_attempt_looks_flaky(page, runs, page_name):
    if page_name == "runs":
        page.goto("/p/demo/runs?q=Passes%20later")
        row = page.locator(f'li.run[data-number="{runs["flaky"]}"]')
        expect(row).to_have_attribute("data-status", "passed")
        expect(row.get_by_role("img", name="Flaky")).to_be_visible()
        expect(row).to_contain_text("passed on attempt 2")
        return
    page.goto(f"/p/demo/runs/{runs[page_name]}")
    if page_name == "flaky":
        expect(page.locator("as-stamp")).to_have_attribute("data-status", "passed")
        expect(page.locator("as-stamp")).to_have_text("Flaky")
        return
    expect(page.get_by_role("region", name="Flaky").get_by_role("link", name="Passes later")).to_be_visible()
    expect(page.get_by_role("region", name="Progress").locator(".legend")).to_contain_text(re.compile(r"1\s*flaky"))
    expect(page.get_by_role("region", name="Progress").locator(".legend")).to_contain_text(re.compile(r"1\s*passed"))


def test_attempts_that_failed_alike_say_how(page, runs):
    page.goto(f"/p/demo/runs/{runs['timeout']}")
    expect(page.get_by_role("navigation", name="Attempts")).to_contain_text("time limit reached each time")


def long_equals(client, key, got):
    client.add_case(key, [{"name": "print", "command": {"argv": ["printf", "%s", got]}, "expect": {"stdout": {"equals": LINES}}}])
    return client.finished(client.start(testCase=key)["id"])["number"]


def test_a_difference_in_the_middle_of_300_lines_is_what_one_sees(page, client):
    number = long_equals(client, "one-line-off", LINES.replace("line 150", "line one hundred and fifty"))
    page.goto(f"/p/demo/runs/{number}")
    diff = page.get_by_role("region", name="Wanted and got, Standard output")
    expect(diff.locator(".plus")).to_have_count(1)
    expect(diff.locator(".plus")).to_contain_text("line 150")
    expect(diff.locator(".minus")).to_contain_text("line one hundred and fifty")
    expect(diff.locator("mark").first).to_have_text("150")
    expect(page.get_by_role("region", name="Error").locator("header")).to_contain_text("Standard output is not what was wanted.")
    assert diff.bounding_box()["height"] < 300
    expect(diff).not_to_contain_text("equals")
    diff.get_by_role("button", name="147 equal lines").click()
    expect(diff).to_contain_text("line 1")
    expect(diff.locator("> div")).to_have_count(6 + 147)


def test_a_line_of_thousands_of_letters_is_shown_around_its_difference(page, client):
    want, got = f"{'x' * 3000}RIGHT{'y' * 400}", f"{'x' * 3000}WRONG{'y' * 400}"
    client.add_case("one-long-line", [{"name": "print", "command": {"argv": ["printf", "%s", got]}, "expect": {"stdout": {"equals": want}}}])
    number = client.finished(client.start(testCase="one-long-line")["id"])["number"]
    page.goto(f"/p/demo/runs/{number}")
    diff = page.get_by_role("region", name="Wanted and got, Standard output")
    expect(diff.locator(".plus mark")).to_have_text("RIGHT")
    expect(diff.locator(".minus mark")).to_have_text("WRONG")
    assert len(diff.inner_text()) < 1200
