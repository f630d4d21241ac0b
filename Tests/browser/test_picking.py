"""The cases of a suite are picked from those there are, and put in order by keyboard and by hand."""
import re

import pytest
from playwright.sync_api import expect

from looking import accessible, fits, picture, quiet


@pytest.fixture(scope="module")
def cases(client):
    step = {"name": "true", "command": {"argv": ["true"]}}
    client.apply({"testCases": [{"key": f"pick-{word}", "name": f"Pick {word}", "type": "generic", "steps": [step], "tags": tags}
                                for word, tags in (("one", ["picked"]), ("two", ["picked"]), ("three", []), ("four", ["picked", "slow"]))]})


def order(page):
    return [one.get_attribute("data-pick") for one in page.locator("[data-pick]").all()]


@pytest.mark.parametrize("width", [1280, 390])
def test_cases_are_searched_picked_ordered_and_saved(page, client, cases, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/p/demo/suites/+")
    page.get_by_label("Key", exact=True).fill(f"picked-{width}")
    search = page.get_by_role("searchbox", name="Cases")
    search.fill("pick three")
    search.press("Enter")
    expect(page.locator("[data-pick]")).to_have_count(1)
    search.fill("picked")
    expect(page.get_by_text("3 cases to add")).to_be_visible()
    quiet(page)
    picture(page, f"picking-{width}")
    fits(page, "picking cases")
    accessible(page, "picking cases")
    page.get_by_role("button", name="Add all 3").click()
    assert order(page) == ["pick-three", "pick-four", "pick-one", "pick-two"]
    expect(page.get_by_text("All of these are picked.")).to_be_visible()
    page.get_by_role("button", name="Move pick-one up").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Alt+ArrowUp")
    assert order(page) == ["pick-one", "pick-three", "pick-four", "pick-two"]
    expect(page.get_by_role("button", name="Move pick-one up")).to_be_focused()
    page.get_by_role("button", name="Remove pick-four").click()
    page.locator("[data-pick=pick-two]").drag_to(page.locator("[data-pick=pick-one]"))
    assert order(page) == ["pick-two", "pick-one", "pick-three"]
    page.get_by_role("button", name="Add suite").click()
    expect(page).to_have_url(re.compile(f"/suites/picked-{width}$"))
    made = next(one for one in client.get("/api/v1/test-suites?project=demo&q=picked")["items"] if one["key"] == f"picked-{width}")
    assert made["cases"] == ["pick-two", "pick-one", "pick-three"]
    page.reload()
    expect(page.locator("[data-pick=pick-three]")).to_contain_text("Pick three")
    page.get_by_label("Or cases with tags").fill("picked")
    for word in ("two", "one", "three"):
        page.get_by_role("button", name=f"Remove pick-{word}").click()
    expect(page.get_by_text("No case is picked.")).to_be_visible()
    expect(search).to_be_focused()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
