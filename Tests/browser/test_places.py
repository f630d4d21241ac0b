"""Back leads to where one was: as far down, on the row that was opened; and keys go on from there."""
import re

import pytest
from playwright.sync_api import expect

from looking import accessible, fits, picture

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


def test_what_could_not_be_loaded_further_down_says_so(page, many):
    further = re.compile(r"/executions\?.*cursor=")
    page.route(further, lambda route: route.abort())
    page.goto("/p/demo/runs")
    said = page.get_by_role("alert").filter(has_text="More runs could not be loaded")
    expect(said).to_contain_text("The server could not be reached.")
    page.set_viewport_size({"width": 320, "height": 844})
    said.scroll_into_view_if_needed()
    accessible(page, "runs that could not be loaded")
    fits(page, "runs that could not be loaded")
    picture(page, "runs-further-320")
    first = page.locator("li.run").first
    expect(first).to_have_attribute("aria-setsize", "50")
    said.get_by_role("button", name="Try again").click()
    expect(said).to_be_visible()
    page.unroute(further)
    said.get_by_role("button", name="Try again").click()
    expect(said).to_have_count(0)
    expect(first).not_to_have_attribute("aria-setsize", "50")


def test_the_rest_of_a_list_comes_when_the_network_is_back(far_page, wire, many):
    far_page.goto("/p/demo/runs")
    further = re.compile(r"/executions\?.*cursor=")
    far_page.route(further, lambda route: route.abort())
    far_page.reload()
    said = far_page.get_by_role("alert").filter(has_text="More runs could not be loaded")
    expect(said).to_be_visible()
    far_page.unroute(further)
    wire.cut()
    expect(far_page.locator(".side .pulse[data-state=down]")).to_be_visible()
    wire.heal()
    expect(said).to_have_count(0)
