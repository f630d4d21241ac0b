"""Every page says so when it cannot be loaded, by an error or without a network, and is whole again afterwards."""
import json
import pathlib
import re

import pytest
from playwright.sync_api import expect

from looking import accessible, fits, picture, quiet

ROOT = pathlib.Path(__file__).resolve().parents[2]
BROKEN = {"type": "/problems/internal_error", "title": "Internal error", "status": 500, "code": "internal_error",
          "detail": "Something went wrong here.", "hint": "Try again; if it stays, tell your admin."}
# Who one is, what is counted in the side bar and what happens belong to the frame; the rest is the page's own.
OF_THE_FRAME = re.compile(r"/api/v1/(auth/me|auth/refresh|events|projects\?limit=200|projects/[^/]+/counts)(\?|$)(?!.*archived)")
LOADS_NOTHING = {"/login", "/welcome", "/me/tokens/new", "/projects/new", "/p/:project/results", "/p/:project/catalog", "/p/:project/settings/agents/:id"}


def patterns():
    """The addresses of the registry, one a page."""
    text = (ROOT / "web/js/pages.js").read_text()
    return [re.search(r'"([^"]+)"', at)[1] for at in re.findall(r"^  \{ at: (\[?\"[^{]*?),\s*(?:area|open)", text, re.MULTILINE)]


def addresses(client, runs, set_up):
    """An address of every page, by its pattern."""
    first = lambda path: client.get(path)["items"][0]
    client.put("/api/v1/secrets/TROUBLED?project=demo", {"value": "x" * 20})
    client.post("/api/v1/environments?project=demo", {"name": "troubled", "variables": {}}, expect=(201, 409))
    person = first("/api/v1/users")["id"]
    client.put(f"/api/v1/projects/demo/members/{person}", {"role": "viewer"})
    agent = first("/api/v1/agents?project=demo")["id"]
    full = set_up["full"]
    known = {
        "/p/:project/runs/:number": f"/p/demo/runs/{runs['outcomes']}",
        "/p/:project/runs/:number/log": f"/p/demo/runs/{runs['outcomes']}/log?case=long-command",
        "/p/:project/runs/:number/intake": f"/p/demo/runs/{runs['outcomes']}/intake",
        "/p/:project/suites/:key": full["suite"], "/p/:project/cases/:key": full["case"], "/p/:project/items/:key": full["item"],
        "/p/:project/alerts/rules/:id": full["rule"], "/p/:project/settings/channels/:id": full["channel"],
        "/p/:project/settings/triggers/:id": full["trigger"], "/p/:project/settings/triggers/:id/deliveries": full["hook-entries"],
        "/p/:project/settings/subscriptions/:id": full["subscription"],
        "/p/:project/settings/subscriptions/:id/deliveries": full["deliveries"],
        "/p/:project/settings/members/:id": f"/p/demo/settings/members/{person}",
        "/p/:project/settings/environments/:id": "/p/demo/settings/environments/troubled",
        "/p/:project/settings/secrets/:id": "/p/demo/settings/secrets/TROUBLED",
        "/p/:project/settings/agents/:id": "/p/demo/settings/agents/new",
        "/p/:project/settings/agents/:id/work": f"/p/demo/settings/agents/{agent}/work",
        "/users/:id": f"/users/{person}",
    }
    found = {at: known.get(at) or at.replace(":project", "demo") for at in patterns()}
    strange = [at for at, address in found.items() if ":" in address]
    assert not strange, f"pages that this test knows no address of: {strange}"
    return found


def test_the_registry_is_read_whole():
    text = (ROOT / "web/js/pages.js").read_text()
    assert len(patterns()) == text.count("load: () =>") > 40


def whole(page, name):
    quiet(page)
    expect(page.locator("as-page")).not_to_be_empty()
    assert page.get_by_role("button", name="Try again").count() == 0, f"{name} is not whole"


@pytest.fixture
def places(client, runs, set_up):
    return {at: address for at, address in addresses(client, runs, set_up).items() if at not in LOADS_NOTHING}


@pytest.mark.timeout(600)  # every page there is
def test_every_page_says_that_the_server_answered_an_error_and_tries_again(page, places):
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/me/tokens/new")
    whole(page, "/me/tokens/new")
    broken = True

    def answer(route):
        if not broken or OF_THE_FRAME.search(route.request.url):
            return route.fallback()
        route.fulfill(status=500, body=json.dumps(BROKEN), headers={"Content-Type": "application/problem+json"})

    page.route("**/api/v1/**", answer)
    silent, found = [], []
    for at, address in places.items():
        broken = True
        visit(page, address)
        try:
            page.get_by_role("button", name="Try again").first.wait_for(timeout=5000)
        except Exception:
            silent.append(at)
            continue
        quiet(page)
        picture(page, "error-" + re.sub(r"\W+", "-", at))
        for look in (fits, accessible):
            try:
                look(page, at)
            except AssertionError as fault:
                found.append(str(fault))
        broken = False
        page.get_by_role("button", name="Try again").first.click()
        whole(page, at)
    assert not silent, f"pages that say nothing of what could not be loaded: {silent}"
    assert not found


def visit(page, address):
    """As a link on the page does; no new document."""
    page.evaluate("""(to) => {
      const link = Object.assign(document.createElement("a"), { href: to });
      document.body.append(link);
      link.click();
      link.remove();
    }""", address)


@pytest.mark.timeout(600)  # every page there is, twice
def test_every_page_says_that_there_is_no_network_and_comes_back_by_itself(far_page, wire, places):
    page = far_page
    page.goto("/me/tokens/new")
    for at, address in places.items():
        visit(page, address)
        whole(page, at)
    wire.cut()
    silent = []
    for at, address in places.items():
        visit(page, address)
        try:
            page.get_by_text("could not be reached").first.wait_for(timeout=5000)
        except Exception:
            silent.append(at)
        picture(page, "offline-" + re.sub(r"\W+", "-", at))
    assert not silent, f"pages that say nothing of a network that is gone: {silent}"
    accessible(page, "a page without a network")
    wire.heal()
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    whole(page, "after the network was away")


def test_what_was_loaded_stays_when_the_network_goes(far_page, wire):
    page = far_page
    for address, kept in {"/p/demo/runs": "li.run", "/p/demo/cases": "tbody tr", "/audit": "as-page li, as-page tr"}.items():
        page.goto(address)
        expect(page.locator(kept).first).to_be_visible()
        wire.cut()
        expect(page.locator(".side .pulse[data-state=down]")).to_be_visible()
        expect(page.locator(kept).first).to_be_visible()
        wire.heal()
        expect(page.locator(".side .pulse[data-state=live]")).to_be_visible()
