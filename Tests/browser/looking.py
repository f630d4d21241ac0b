"""Looking at a page: pictures, accessibility, size of targets, and whether it scrolls sideways."""
import os
import pathlib
import re

from axe_playwright_python.sync_playwright import Axe

PICTURES = pathlib.Path(os.environ.get("ASSAY_PICTURES", "") or "/nonexistent")
# The number of a line of output is a link inside text, as is what stands in a sentence.
TARGETS = """() => [...document.querySelectorAll("a, button, input, select, summary, [tabindex='0']")].filter((node) => {
  const box = node.getBoundingClientRect();
  const isSeen = box.width > 1 && box.height > 1 && node.checkVisibility({ visibilityProperty: true });
  return isSeen && !node.closest(".sr, p, .logline") && !["checkbox", "radio"].includes(node.type) && (box.width < 24 || box.height < 24);
}).map((node) => `${node.outerHTML.slice(0, 90)} ${node.getBoundingClientRect().width} x ${node.getBoundingClientRect().height}`)"""
# Violations alone: all that passed, with every node, is megabytes.
VIOLATIONS = """async () => {
  const { violations } = await axe.run({ rules: { "target-size": { enabled: true } }, resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html }) => html.slice(0, 160))]);
}"""
WIDE = """() => document.documentElement.scrollWidth - window.innerWidth"""


def log_in(page, stack):
    known = stack.credentials()
    page.get_by_label("E-mail").fill(known["email"])
    page.get_by_label("Password").fill(known["password"])
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(re.compile("/p/"))


def picture(page, name, whole=True):
    if PICTURES.is_dir():
        page.screenshot(path=PICTURES / f"{name}.png", full_page=whole)


def quiet(page):
    """Waits until the page has asked for nothing for a moment; the browser's own idea counts the worker, which never ends."""
    calm = 0
    for _ in range(400):
        calm = 0 if page.asking else calm + 1
        if calm == 4:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"still asking: {[one.url for one in page.asking]}")


def still(page):
    """Waits until no animation runs that ends: colours half-way are not those that people read."""
    page.evaluate("""() => Promise.all(document.getAnimations()
        .filter((one) => one.effect.getComputedTiming().iterations !== Infinity).map((one) => one.finished.catch(() => {})))""")


def accessible(page, name):
    """No violation of any rule that axe knows, WCAG 2.2 AA and best practice alike."""
    still(page)
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate(VIOLATIONS)
    assert not found, f"{name}: {found}"


def fits(page, name):
    assert page.evaluate(WIDE) <= 0, f"{name} scrolls sideways by {page.evaluate(WIDE)} px"
    small = page.evaluate(TARGETS)
    assert not small, f"{name} has targets under 24 px: {small}"
