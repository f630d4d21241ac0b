"""However long a name is, and without a space in it, it pushes nothing out and no page scrolls sideways."""
import pytest
from playwright.sync_api import expect

from looking import accessible, fits, picture, quiet

LONG = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz_" * 3


@pytest.fixture(scope="module")
def long(client):
    case = {"key": "long-name", "name": LONG, "type": "generic",
            "steps": [{"name": LONG, "command": {"argv": ["false"]}}]}
    client.apply({"testCases": [case], "testSuites": [{"key": "long-name", "name": LONG, "cases": ["long-name"], "options": {}}]})
    revision = {"branch": "feature/" + "x" * 200, "commit": "9f3c1ab" * 5, "message": "y" * 200}
    return client.finished(client.start(testSuite="long-name", revision=revision)["id"])["number"]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1024), ("light", 800), ("dark", 390), ("light", 320)])
def test_long_names_keep_to_their_place(page, long, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    for name, address in {"runs": "/p/demo/runs", "run": f"/p/demo/runs/{long}", "suites": "/p/demo/suites",
                          "filtered": "/p/demo/runs?suite=long-name&branch=" + "x" * 200}.items():
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        quiet(page)
        picture(page, f"long-{name}-{width}")
        fits(page, f"{name} at {width} px")
        accessible(page, name)
    page.goto(f"/p/demo/runs/{long}")
    expect(page.locator("as-stamp")).to_be_visible()
    for button in page.locator(".title .btn").all():
        box = button.bounding_box()
        assert 0 <= box["x"] and box["x"] + box["width"] <= width
    if width >= 720:
        tops = {round(button.bounding_box()["y"]) for button in page.locator(".title .btn").all()}
        stamp = page.locator("as-stamp").bounding_box()
        assert len(tops) == 1 and abs(tops.pop() - stamp["y"]) < 8, "the buttons stand beside the name"
    page.keyboard.press("Control+k")
    expect(page.locator(".palette")).to_be_visible()
    page.locator(".palette input").fill("Rind")
    fits(page, f"palette at {width} px")
