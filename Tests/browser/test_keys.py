"""Keys are never lost, however fast they come."""
import re

import pytest
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def twelve(client):
    steps = [{"name": "work", "command": {"argv": ["true"]}}]
    cases = [{"key": f"key-{at:02}", "name": f"Key {at:02}", "type": "generic", "steps": steps} for at in range(12)]
    client.apply({"testCases": cases, "testSuites": [{"key": "keys", "name": "Keys", "cases": [one["key"] for one in cases], "options": {}}]})
    return [client.finished(client.start(testSuite="keys")["id"])["number"] for _ in range(8)][-1]


def press(page, key, times):
    """All at once, as from a key that repeats: no frame and no answer comes between two of them."""
    page.evaluate("""([key, times]) => {
      for (let time = 0; time < times; time += 1) {
        const target = document.activeElement ?? document.body;
        target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      }
    }""", [key, times])


def test_five_steps_down_the_cases_are_five(page, twelve):
    page.goto(f"/p/demo/runs/{twelve}/cases/key-00")
    expect(page.locator("li.case[aria-current]")).to_have_attribute("data-case", "key-00")
    press(page, "j", 5)
    expect(page).to_have_url(re.compile("/cases/key-05"))
    expect(page.locator("li.case[aria-current]")).to_have_attribute("data-case", "key-05")
    press(page, "k", 3)
    expect(page).to_have_url(re.compile("/cases/key-02"))


def test_five_steps_down_the_runs_are_five(page, twelve):
    page.goto("/p/demo/runs")
    expect(page.locator("li.run").nth(6)).to_be_visible()
    press(page, "j", 5)
    expect(page.locator("li.run").nth(4)).to_have_attribute("aria-current", "true")
