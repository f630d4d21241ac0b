import pathlib
import shutil
import tempfile
import uuid

import pytest
from playwright.sync_api import expect, sync_playwright

from harness.wire import Wire
from looking import log_in
from set_up import set_up  # noqa: F401, a fixture of several files

# How long a page may take to show something on a machine that builds beside it; what is there sooner is seen sooner.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(context, stack, url):
    """A page of somebody who is logged in; `faults` collects what no page may do, `asking` what it waits for."""
    page = context.new_page()
    page.faults = []
    page.thrown = []
    page.on("pageerror", lambda error: (page.faults.append(str(error)), page.thrown.append(str(error))))
    page.on("console", lambda said: page.faults.append(f"{said.text} {said.location.get('url')}") if said.type == "error" else None)
    page.on("request", lambda asked: None if asked.url.startswith((url, "data:")) else page.faults.append(asked.url))
    page.asking = set()
    page.on("request", lambda asked: page.asking.add(asked) if "/api/" in asked.url else None)
    page.on("requestfinished", lambda asked: page.asking.discard(asked))
    page.on("requestfailed", lambda asked: page.asking.discard(asked))
    # One address may try 60 times in a quarter of an hour; all these tests come from one.
    stack.sql("DELETE FROM login_throttles")
    page.goto("/login")
    log_in(page, stack)
    return page


@pytest.fixture
def page(browser, stack):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=stack.url)
    page = opened(context, stack, stack.url)
    yield page
    context.close()
    assert page.thrown == []


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


NAME = "A suite whose name somebody wrote without thinking of anybody who reads it on a narrow screen"
RETRY = {"maxAttempts": 2, "on": ["failed", "timeout"], "backoffMs": 0}


def one_step(key, step, **more):
    return {"key": key, "name": key.replace("-", " ").capitalize(), "type": "generic", "steps": [step], **more}


def suite(key, name, *cases):
    return {"key": key, "name": name, "cases": cases, "options": {"parallel": 4, "stopOnFailure": False}}


def apply_outcomes(client):
    flag = pathlib.Path(tempfile.gettempdir()) / f"assay-{uuid.uuid4()}"  # where the agent's own user may write
    once = f"test -e {flag} && rm {flag} || {{ touch {flag}; exit 3; }}"
    sleep = {"name": "sleep", "command": {"argv": ["sleep", "30"]}}
    shout = {"name": "print", "command": {"argv": ["printf", "%s", "word " * 400]}, "expect": {"stdout": {"equals": "word"}}}
    client.apply({
        "testCases": [
            one_step("passes-later", {"name": "fail once", "command": {"shell": once}}),
            one_step("takes-too-long", sleep, timeoutMs=1000), one_step("long-command", shout), one_step("sleeps", sleep),
        ],
        "testSuites": [
            suite("outcomes", NAME, "passes-later", "takes-too-long", "long-command", "shell-pipeline"),
            suite("sleepers", "Sleepers", "sleeps", "shell-pipeline"),
        ]})


@pytest.fixture(scope="session")
def runs(client):
    """Run numbers by what is special about them, and the name of the suite with all `outcomes`."""
    apply_outcomes(client)
    found = {"name": NAME}
    found["outcomes"] = client.finished(client.start(testSuite="outcomes", retry=RETRY)["id"])["number"]
    found["flaky"] = client.finished(client.start(testCase="passes-later", retry=RETRY)["id"])["number"]
    found["timeout"] = client.finished(client.start(testCase="takes-too-long", retry=RETRY)["id"])["number"]
    run = client.start(testSuite="sleepers")
    client.reached(run["id"], "running")
    client.post(f"/api/v1/executions/{run['id']}/cancellation", {"reason": "wrong ref"})
    found["cancelled"] = client.finished(run["id"])["number"]
    return found
