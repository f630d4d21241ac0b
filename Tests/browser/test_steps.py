"""The steps of a case: what passed folds away, what a step was given is shown."""
import pytest
from playwright.sync_api import expect

from looking import accessible, fits, picture


@pytest.fixture(scope="module")
def long_case(client):
    passes = [{"name": f"Step {at}", "command": {"argv": ["true"]}} for at in range(200)]
    fails = {"name": "Breaks", "command": {"shell": "seq 1 40; exit 3"}}
    client.add_case("two-hundred", passes[:150] + [fails] + [dict(one, always=True) for one in passes[150:]])
    return client.finished(client.start(testCase="two-hundred")["id"])["number"]


def test_the_output_of_the_failing_step_is_near(page, long_case):
    page.goto(f"/p/demo/runs/{long_case}")
    output = page.get_by_role("region", name="Standard output")
    expect(output).to_be_visible()
    assert output.bounding_box()["y"] < 1100, "two screens down at most"
    steps = page.get_by_role("list", name="Steps of two-hundred").locator("li")
    expect(steps.filter(has_text="Breaks")).to_be_visible()
    expect(page.get_by_role("button", name="147 passed steps")).to_be_visible()
    accessible(page, "folded steps")
    picture(page, "steps-folded")
    page.get_by_role("button", name="147 passed steps").click()
    expect(page.get_by_role("link", name="Step 77", exact=True)).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 700})
    fits(page, "steps on a phone")


def test_all_that_a_step_was_given_is_shown_and_no_path_of_the_agent(page, client):
    shell = "mkdir -p below; echo \"${greeting} ${who}\""
    client.add_case("given", [
        {"name": "greet", "command": {"shell": shell}},
        {"name": "deeper", "command": {"argv": ["true"], "cwd": "below"}},
    ], parameters={"greeting": "Grüezi", "who": "Anna"})
    number = client.finished(client.start(testCase="given")["id"])["number"]
    page.goto(f"/p/demo/runs/{number}?step=1")
    panel = page.get_by_role("region", name="Step 1")
    expect(panel).to_contain_text("$ mkdir -p below")
    panel.get_by_text("Variables · 2").click()
    expect(panel.locator("dl")).to_contain_text("Grüezi")
    expect(panel).not_to_contain_text("/home")
    page.goto(f"/p/demo/runs/{number}?step=2")
    expect(page.get_by_role("region", name="Step 2")).to_contain_text("in below")
    expect(page.get_by_role("region", name="Step 2")).not_to_contain_text("/home")


def test_steps_and_attempts_are_asked_for_side_by_side(page, long_case):
    going = set()
    both = []
    parts = ("/attempts", "/trace")

    def begin(asked):
        part = next((one for one in parts if one in asked.url), None)
        if part:
            going.add(part)
            both.append(going == set(parts))

    page.on("request", begin)
    page.on("response", lambda answer: [going.discard(one) for one in parts if one in answer.url])
    page.goto(f"/p/demo/runs/{long_case}")
    expect(page.get_by_role("region", name="Standard output")).to_be_visible()
    assert any(both), "one waited for the other"
