import re
import shutil

import pytest
from playwright.sync_api import sync_playwright

from harness.wire import Wire


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


def log_in(page, stack):
    known = stack.credentials()
    page.get_by_label("E-mail").fill(known["email"])
    page.get_by_label("Password").fill(known["password"])
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(re.compile("/p/"))


def opened(context, stack, url):
    """A page of somebody who is logged in; `faults` collects what no page may do, `asking` what it waits for."""
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda said: page.faults.append(f"{said.text} {said.location.get('url')}") if said.type == "error" else None)
    page.on("request", lambda asked: None if asked.url.startswith((url, "data:")) else page.faults.append(asked.url))
    page.asking = set()
    page.on("request", lambda asked: page.asking.add(asked) if "/api/" in asked.url else None)
    page.on("requestfinished", lambda asked: page.asking.discard(asked))
    page.on("requestfailed", lambda asked: page.asking.discard(asked))
    page.goto("/login")
    log_in(page, stack)
    return page


@pytest.fixture
def page(browser, stack):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=stack.url)
    yield opened(context, stack, stack.url)
    context.close()


@pytest.fixture
def wire(stack):
    """A network between browser and server that can fail."""
    wire = Wire(stack.port)
    yield wire
    wire.close()


@pytest.fixture
def far_page(browser, stack, wire):
    """A page that reaches the server over `wire`."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=wire.url)
    yield opened(context, stack, wire.url)
    context.close()
