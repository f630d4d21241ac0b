"""A run is taken away in every format, and a program that is not ours reads each."""
import csv
import io
import json
import xml.etree.ElementTree as ElementTree

import junitparser
import openpyxl
import pytest
from cucumber_messages import Envelope, message_converter
from markdown_it import MarkdownIt

FORMATS = ["json", "html", "junit", "markdown", "csv", "xlsx", "ctrf", "cucumber-messages"]
NAME = 'a <b> & "c"'


@pytest.fixture(scope="module")
def run(client):
    """A run with a case that fails and prints, and one that passes."""
    shout = {"name": NAME, "command": {"shell": "echo 'out <i>'; echo err >&2; exit 3"}}
    client.apply({"testCases": [
        {"key": "report-bad", "name": NAME, "type": "generic", "steps": [shout]},
        {"key": "report-good", "name": "fine", "type": "generic", "steps": [{"name": "true", "command": {"argv": ["true"]}}]},
    ], "testSuites": [{"key": "reported", "name": "Reported | suite", "cases": ["report-bad", "report-good"], "options": {"stopOnFailure": False}}]})
    return client.finished(client.start(testSuite="reported", revision={"branch": "main"})["id"])


@pytest.fixture(scope="module")
def written(client, run):
    answers = {name: client.call("GET", f"/api/v1/executions/{run['id']}/report?format={name}", 200) for name in FORMATS}
    for name, answer in answers.items():
        assert f"demo-{run['number']}." in answer.headers["Content-Disposition"], name
        assert answer.headers["Cache-Control"] == "no-store"
    return {name: answer.content for name, answer in answers.items()}


def test_junit(written, run, stack):
    suite = next(iter(junitparser.JUnitXml.fromstring(written["junit"])))
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (2, 1, 0, 0)
    bad = next(case for case in suite if case.name == NAME)
    assert bad.result[0].type == "step_failed" and "exit code" in bad.result[0].message.lower(), bad.result[0].message
    assert bad.system_out == "out <i>\n" and bad.system_err == "err\n"
    assert {one.name: one.value for one in suite.properties()}["Branch"] == "main"


def test_tables(written):
    rows = list(csv.DictReader(io.StringIO(written["csv"].decode("utf-8-sig"))))
    assert [(row["key"], row["status"]) for row in rows] == [("report-bad", "failed"), ("report-good", "passed")]
    book = openpyxl.load_workbook(io.BytesIO(written["xlsx"]))
    facts = dict(book["Run"].iter_rows(values_only=True))
    assert facts["Name"] == "Reported | suite" and facts["Branch"] == "main"
    head, first, second = book["Cases"].iter_rows(values_only=True)
    assert head[:4] == ("number", "key", "name", "status") and first[:4] == (1, "report-bad", NAME, "failed")
    assert second[8] == int(rows[1]["duration_ms"])


def test_json_and_ctrf(written, run):
    whole = json.loads(written["json"])
    assert whole["run"]["id"] == run["id"] and whole["cases"][0]["steps"][0]["output"]["exitCode"] == 3
    ctrf = json.loads(written["ctrf"])
    assert ctrf["reportFormat"] == "CTRF" and ctrf["results"]["summary"]["failed"] == 1
    assert [test["status"] for test in ctrf["results"]["tests"]] == ["failed", "passed"]


def test_markdown_is_what_was_meant(written):
    html = MarkdownIt().render(written["markdown"].decode())
    page = ElementTree.fromstring(f"<page>{html}</page>")
    assert "".join(page.find("h1").itertext()) == "Reported | suite: failed"
    assert "".join(page.find("h3").itertext()) == NAME
    assert page.find("pre/code").text == "err\n\n" or page.find("pre/code").text.strip() == "err"


def test_cucumber_messages_and_back(written, client):
    envelopes = [message_converter.from_dict(json.loads(line), Envelope) for line in written["cucumber-messages"].decode().splitlines()]
    finished = [one.test_step_finished.test_step_result.status.value for one in envelopes if one.test_step_finished]
    assert finished == ["FAILED", "PASSED"] and [one.pickle.name for one in envelopes if one.pickle] == [NAME, "fine"]
    assert [one.attachment.body for one in envelopes if one.attachment] == ["out <i>\n", "err\n"]
    for name in ("junit", "ctrf", "cucumber-messages"):
        taken = client.call("POST", f"/api/v1/results?project=demo&format={name}", 201, data=written[name]).json()
        assert taken["runs"][0]["accepted"] == 2 and taken["runs"][0]["status"] == "failed", taken


def test_the_command_line_writes_them(stack, run, tmp_path):
    page = tmp_path / "run.html"
    assert stack.assay("report", str(run["number"]), "-o", str(page)).returncode == 0
    assert "<!doctype html>" in page.read_text() and "out &lt;i&gt;" in page.read_text()
    assert stack.assay("report", str(run["number"]), "--format", "markdown").stdout.startswith("# ")
    assert stack.assay("report", str(run["number"]), "--format", "pdf").returncode == 2


def test_who_may_not_read_the_run_takes_nothing_away(client, run, stack):
    client.post("/api/v1/users", {"email": "elsewhere@example.org", "name": "Elsewhere", "password": "correct horse battery"}, expect=(201, 409))
    from harness.client import Client
    stranger = Client(stack.url).login("elsewhere@example.org", "correct horse battery")
    assert stranger.status(f"/api/v1/executions/{run['id']}/report?format=json") == 404
    assert client.status(f"/api/v1/executions/{run['id']}/report") == 422
    told = client.get("/api/v1/audit?action=execution.report&limit=5")["items"]
    assert told and told[0]["target"]["id"] == run["id"]
