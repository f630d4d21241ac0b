"""Back leads to where one was: as far down, on the row that was opened; and keys go on from there."""
import re

import pytest
from playwright.sync_api import expect

RUNS = 70


@pytest.fixture(scope="module")
def many(client):
    client.add_case("place", [{"name": "work", "command": {"argv": ["true"]}}])
    ids = [client.start(testCase="place")["id"] for _ in range(RUNS)]
    return [client.finished(each)["number"] for each in ids]


def row(page, number):
    return page.locator(f'li.run[data-number="{number}"]')


@pytest.mark.parametrize("way", ["click", "keys"])
def test_back_is_where_one_was(page, many, way):
    page.goto("/p/demo/runs")
    expect(page.locator("li.run").first).to_be_visible()
    if way == "click":
        # Beyond the first page of the list, which has to be fetched again.
        wanted = many[4]
        page.wait_for_function("""(number) => {
          // By less than a screen: of a long list only the rows near the visible part are in the document.
          scrollBy(0, 400);
          return document.querySelector(`li.run[data-number="${number}"]`);
        }""", arg=wanted)
        row(page, wanted).scroll_into_view_if_needed()
        y = page.evaluate("scrollY")
        assert y > 1000
        row(page, wanted).get_by_role("link").first.click()
    else:
        for _ in range(25):
            page.keyboard.press("j")
        chosen = page.locator("li.run[aria-current]")
        wanted = int(chosen.get_attribute("data-number"))
        y = page.evaluate("scrollY")
        page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/runs/{wanted}$"))
    expect(page.locator("as-stamp")).to_be_visible()
    page.go_back()
    expect(row(page, wanted).get_by_role("link").first).to_be_focused()
    assert abs(page.evaluate("scrollY") - y) < 2
    before = row(page, wanted).bounding_box()["y"]
    assert 0 < before < 900
    page.keyboard.press("k")
    expect(row(page, wanted + 1)).to_have_attribute("aria-current", "true")
    page.go_forward()
    expect(page.locator("as-stamp")).to_be_visible()
    page.go_back()
    expect(page.locator("li.run").first).to_be_visible()
    page.wait_for_function("(y) => Math.abs(scrollY - y) < 60", arg=y)
