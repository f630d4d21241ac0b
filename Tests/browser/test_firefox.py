"""The main line in Debian's Firefox ESR: log in, start a run, watch it live to its verdict, reload, read the log."""
import shutil

import pytest

from bidi import Firefox

ENTER = "\ue007"


@pytest.fixture
def firefox(stack):
    path = shutil.which("firefox-esr")
    if not path:
        pytest.skip("firefox-esr is not installed and bin/setup --test could not install it")
    stack.sql("DELETE FROM login_throttles")
    firefox = Firefox(path)
    yield firefox
    firefox.close()


def test_a_run_from_login_to_its_log(firefox, stack, client):
    client.apply({
        "testCases": [{"key": f"fox-{n}", "name": f"Fox {n}", "type": "generic",
                       "steps": [{"name": "talk", "command": {"shell": f"sleep {n}; echo fox says {n}"}}]} for n in (1, 2)],
        "testSuites": [{"key": "foxes", "name": "Foxes", "cases": ["fox-1", "fox-2"], "options": {"parallel": 1}}]})
    known = stack.credentials()
    firefox.goto(f"{stack.url}/p/demo/suites")
    firefox.sees("document.querySelector('[name=email]')")
    firefox.click("[name=email]")
    firefox.type(known["email"])
    firefox.click("[name=password]")
    firefox.type(known["password"] + ENTER)
    firefox.sees("document.querySelector('tr[data-suite=foxes] button')")
    firefox.click("tr[data-suite=foxes] button")
    firefox.sees("document.querySelector('dialog[open] [name=testSuite]').value === 'foxes'")
    firefox.click("dialog button.primary")
    firefox.sees("/\\/runs\\/\\d+$/.test(location.pathname)")
    firefox.sees("document.querySelector('li.case[data-status=running]')")
    firefox.sees("document.querySelector('.pulse').dataset.state === 'live'")
    firefox.sees("document.querySelector('as-stamp').dataset.status === 'passed'")
    firefox.sees("document.querySelectorAll('li.case[data-status=passed]').length === 2")
    firefox.reload()
    firefox.sees("document.querySelector('as-stamp').dataset.status === 'passed'")
    firefox.click("li.case[data-case=fox-2] a")
    firefox.sees("document.querySelector('.output')?.textContent.includes('fox says 2')")
    firefox.click("a[aria-label='Whole standard output']")
    firefox.sees("document.querySelector('.logline')?.textContent.includes('fox says 2')")
    assert firefox.faults == []
