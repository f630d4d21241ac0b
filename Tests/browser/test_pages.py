"""A page is one file and one line of the registry: the side bar, the palette, the keys and the title follow."""
import pathlib
import re

from playwright.sync_api import expect

ROOT = pathlib.Path(__file__).resolve().parents[2]
HELLO = """
import { h, render } from "../render.js";

export default class HelloPage {
  constructor(shell, params) { this.shell = shell; this.params = params; }
  start() { render(this.shell.page, h("p", null, `Hello ${this.params.project}`)); }
  update() {}
  stop() {}
}
"""
LINE = """  { at: "/p/:project/hello", area: "hello", label: "Greetings", icon: "i-bolt", key: "h", section: "settings",
    load: () => import("./pages/hello.js") },
];"""


def test_a_new_page_needs_one_file_and_one_line(page):
    def written(route):
        route.fulfill(response=route.fetch(), body=(ROOT / "web/index.html").read_text())
    page.route("**/p/demo/runs", written)
    page.route("**/js/pages/hello.js", lambda route: route.fulfill(body=HELLO, content_type="text/javascript"))

    def longer(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("];", LINE, 1))
    page.route("**/js/pages.js", longer)
    page.goto("/p/demo/runs")
    page.get_by_role("navigation", name="Settings").get_by_role("link", name="Greetings").click()
    expect(page.get_by_text("Hello demo")).to_be_visible()
    expect(page.get_by_role("heading", name="Greetings", level=1)).to_be_visible()
    expect(page.locator(".side [aria-current=page]")).to_have_text("Greetings")
    assert page.title() == "Greetings · Assay"
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page).to_have_url(re.compile("/p/demo/runs$"))
    page.keyboard.press("g")
    page.keyboard.press("h")
    expect(page.get_by_text("Hello demo")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page).to_have_url(re.compile("/p/demo/runs$"))
    page.keyboard.press("Control+k")
    page.keyboard.type("greet")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Hello demo")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 800})
    page.get_by_role("navigation", name="Main, bottom").get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Greetings").click()
    expect(page.get_by_role("menu")).to_have_count(0)
    expect(page.get_by_text("Hello demo")).to_be_visible()
    assert page.faults == []
