"""What a run has left behind is looked at in place: text with its colours, JSON laid out, images; pages of strangers are not."""
import base64
import struct
import zlib

import pytest
from playwright.sync_api import expect

from looking import accessible, fits, picture



def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


HEAD = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", HEAD) + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0")) + chunk(b"IEND", b"")).decode()


@pytest.fixture(scope="module")
def left(client):
    """The number of a run with an artifact of each kind."""
    shell = "\n".join([
        "printf '\\033[31mred\\033[0m <b>plain</b>\\n' > coloured.txt", "printf '{\"a\": [1, 2]}' > data.json",
        f"echo {PIXEL} | base64 -d > shot.png", "echo '<script>alert(1)</script>' > page.html", "seq 1 60000 > long.log"])
    client.add_case("leaves", [{"name": "leave", "command": {"shell": shell, "artifacts": ["coloured.txt", "data.json", "shot.png", "page.html", "long.log"]}}])
    run = client.finished(client.start(testCase="leaves")["id"])
    assert run["status"] == "passed", run["error"]
    return run["number"]


def shown(page, name):
    page.get_by_role("button", name=f"View step-1-{name}").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", level=2)).to_have_text(f"step-1-{name}")
    return dialog


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_artifacts_are_looked_at_in_place(page, left, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"/p/demo/runs/{left}")
    dialog = shown(page, "coloured.txt")
    expect(dialog.locator(".c-r")).to_have_text("red")
    expect(dialog).to_contain_text("<b>plain</b>")
    picture(page, f"artifact-text-{width}")
    fits(page, "an artifact")
    accessible(page, "an artifact")
    page.keyboard.press("Escape")
    expect(shown(page, "data.json")).to_contain_text('"a": [')
    page.keyboard.press("Escape")
    image = shown(page, "shot.png").get_by_role("img", name="step-1-shot.png")
    expect(image).to_be_visible()
    assert image.evaluate("(node) => node.naturalWidth") == 1
    accessible(page, "an image")
    page.keyboard.press("Escape")
    dialog = shown(page, "long.log")
    expect(dialog).to_contain_text("The first 262 kB of")
    expect(dialog.get_by_role("link", name="Download")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="step-1-page.html")).to_be_visible()
    expect(page.get_by_role("button", name="View step-1-page.html")).to_have_count(0)
    assert page.faults == []
