"""Pages over ten thousand of what they list: they come in time, keep the document small, fit and are accessible."""
import json
import os

import pytest
from playwright.sync_api import expect

from looking import accessible, fits, picture, quiet

# Ten thousand take minutes to make with a debug build: MANY=10000 looks at as many.
MANY = int(os.environ.get("MANY") or 400)
PROJECT = "/p/crowd"
STEP = {"name": "work", "command": {"argv": ["true"]}}
MOST_NODES = 6000


@pytest.fixture(scope="module")
def crowd(client):
    """A project with many cases, items, suites and runs, one of them of many cases; answers the number of that run."""
    client.post("/api/v1/projects", {"key": "crowd", "name": "Crowd"})
    for start in range(0, MANY, 2000):
        some = range(start, start + 2000)
        client.apply({"testCases": [{"key": f"case-{at}", "name": f"Case {at}", "type": "generic", "steps": [STEP]} for at in some]}, "crowd")
        client.apply({"testItems": [{"key": f"item-{at}", "name": f"Item {at}", "parameters": {"a": str(at)}} for at in some]}, "crowd")
        client.apply({"testSuites": [{"key": f"suite-{at}", "name": f"Suite {at}", "cases": [f"case-{at}"]} for at in some]}, "crowd")
    result = lambda at, status="passed": {"result": {"test": f"area-{at % 40}/test-{at}", "status": status, "durationMs": at % 900}}
    lines = [{"run": {"key": "big", "name": "Everything", "suite": "everything"}}] + [result(at, "failed" if at % 997 == 0 else "passed") for at in range(MANY)]
    for at in range(MANY):
        lines += [{"run": {"key": f"run-{at}", "name": f"Nightly {at % 7}", "suite": f"nightly-{at % 7}", "branch": f"feature/{at % 90}"}}, result(at)]
    body = "\n".join(map(json.dumps, lines)).encode()
    client.call("POST", "/api/v1/results?project=crowd&format=ndjson", 201, data=body, timeout=300)
    return client.get("/api/v1/executions?project=crowd&suite=everything")["items"][0]["number"]


LISTS = {"runs": "li.run", "cases": "tbody tr", "items": "tbody tr", "suites": "tbody tr"}


@pytest.mark.timeout(600)  # what makes them first
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)] if MANY > 1000 else [("dark", 390)])
def test_lists_of_ten_thousand_stay_small_and_can_be_looked_through(page, crowd, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 844})
    places = {**{name: (f"{PROJECT}/{name}", rows) for name, rows in LISTS.items()},
              "run": (f"{PROJECT}/runs/{crowd}", "li.case"), "audit": ("/audit?project=crowd", "as-page tr, as-page li")}
    for name, (address, rows) in places.items():
        page.goto(address)
        expect(page.locator(rows).first).to_be_visible()
        quiet(page)
        picture(page, f"many-{name}-{width}", whole=False)
        for _ in range(2):
            page.keyboard.press("End")
            page.mouse.wheel(0, 3000)
            quiet(page)
        nodes = page.evaluate("document.querySelectorAll('*').length")
        assert nodes < MOST_NODES, f"{name}: {nodes} nodes"
        fits(page, name)
        accessible(page, name)
    assert page.faults == []


def test_one_of_ten_thousand_is_found(page, crowd):
    page.goto(f"{PROJECT}/cases")
    page.get_by_placeholder("Name or key").fill(f"case-{MANY - 24}")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto(f"{PROJECT}/runs?branch=feature/77")
    expect(page.locator("li.run").first).to_contain_text("Nightly")
    page.goto(f"{PROJECT}/runs/{crowd}")
    expect(page.locator("as-stamp[data-status=failed]")).to_be_visible()
    # Those that need somebody come first, however many passed.
    expect(page.locator("li.case").first).to_have_attribute("data-status", "failed")
    page.keyboard.press("Control+k")
    page.keyboard.type(f"suite-{MANY - 43}")
    expect(page.get_by_role("option", name=f"Suite {MANY - 43}").first).to_be_visible()
