"""The list of runs by day and by who started them; a filter is an address to send and a view to keep."""
import datetime
import re

import pytest
from playwright.sync_api import expect

from looking import accessible, fits, picture, quiet


@pytest.mark.parametrize("width", [1280, 390])
def test_days_people_and_views(page, client, runs, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/p/demo/runs")
    expect(page.locator("li.run").first).to_be_visible()
    today = page.evaluate("() => { const now = new Date(); return new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10) }")
    yesterday = str(datetime.date.fromisoformat(today) - datetime.timedelta(days=1))
    chip = lambda name: page.get_by_role("button", name=name, exact=True)
    chip("Until").click()
    page.locator(".popfield input").fill(yesterday)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"until={yesterday}"))
    expect(page.get_by_text("No runs match")).to_be_visible()
    page.get_by_role("button", name="Remove filter Until").click()
    chip("From").click()
    page.locator(".popfield input").fill(today)
    page.keyboard.press("Enter")
    expect(page.locator(f"li.run[data-number='{runs['outcomes']}']")).to_be_visible()
    chip("Started by").click()
    page.get_by_role("menuitemcheckbox", name="Admin (you)").click()
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("startedBy="))
    quiet(page)
    address = page.url
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_text("It is kept in this browser, for you.")).to_be_visible()
    page.locator("dialog").get_by_label("Name").fill("Mine today")
    page.keyboard.press("Enter")
    mine = page.get_by_role("group", name="Views").get_by_role("button", name="Mine today")
    expect(mine).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="All", exact=True)).to_have_attribute("aria-pressed", "false")
    picture(page, f"filters-{width}")
    fits(page, "filters")
    accessible(page, "filters")
    page.get_by_role("button", name="All", exact=True).click()
    page.goto("/p/demo/runs")
    mine.click()
    expect(page).to_have_url(address)
    page.get_by_role("button", name="Forget view Mine today").click()
    expect(mine).to_have_count(0)
    page.reload()
    expect(page.get_by_role("button", name="Save view")).to_be_visible()
    expect(mine).to_have_count(0)
    assert page.faults == []
