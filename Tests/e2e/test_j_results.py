"""Results of other tools, sent the way people send them: curl, the command line, a file that is too large for a request."""
import io
import tarfile
import zipfile

import pytest

from harness.events import EventStream
from harness.stack import ROOT, until

JUNIT = """<?xml version="1.0"?><testsuites><testsuite name="shop">
<testcase classname="Cart" name="adds" time="0.5"/>
<testcase classname="Cart" name="removes" time="1.25"><failure message="1 != 2" type="AssertionError">at Cart:12</failure></testcase>
</testsuite></testsuites>"""


def send(client, body, expect=201, headers=None, **query):
    given = "".join(f"&{name}={value}" for name, value in query.items())
    return client.call("POST", f"/api/v1/results?project=demo{given}", expect=expect, data=body, headers=headers).json()


def test_what_curl_sends_is_a_run_that_pages_and_figures_know(client):
    answer = send(client, JUNIT, suite="nightly-import", headers={"X-Assay-Branch": "main"})
    run = answer["runs"][0]
    assert answer["format"] == "junit" and run["accepted"] == 2 and run["status"] == "failed"
    execution = client.execution(run["id"])
    assert execution["kind"] == "import" and execution["revision"]["branch"] == "main"
    children = client.children(run["id"])
    assert [child["status"] for child in children] == ["passed", "failed"]
    steps = client.get(f"/api/v1/executions/{children[1]['id']}/trace")["steps"]
    assert steps[0]["error"] == {"type": "AssertionError", "message": "1 != 2", "stack": "at Cart:12"}

    def counted():
        points = client.get("/api/v1/aggregation/metrics?project=demo&suite=nightly-import&bucket=day"
                            "&from=2026-01-01T00:00:00Z&to=2027-12-31T00:00:00Z")["items"]
        return points and points[0]["failed"] == 1
    until(counted, what="the run in the figures")
    assert client.get("/api/v1/executions?project=demo&suite=nightly-import")["items"][0]["id"] == run["id"]


def test_whoever_waits_and_listens_hears_of_it(stack, client):
    first = send(client, JUNIT, runKey="heard")["runs"][0]
    with EventStream(stack.url, f"/api/v1/executions/{first['id']}/events?after=0", client.token) as stream:
        send(client, "<testsuite><testcase name='more'/></testsuite>", runKey="heard", complete="true")
        types = [event.type for event in stream]
    assert "execution.imported" in types and types[-2:] == ["execution.finished", "end"]


def test_a_body_of_no_format_and_a_stranger_are_refused(client, stack):
    problem = send(client, "{}", expect=415)
    assert problem["code"] == "unknown_format" and "junit" in problem["formats"]
    assert client.status("/api/v1/results/01a20ffe-7952-7ee6-9b41-0f4ec6555f83") == 404
    refused = client.call("POST", "/api/v1/results?project=demo&branch=" + "b" * 300, expect=422, data=JUNIT).json()
    assert refused["errors"][0]["pointer"] == "?branch"


def test_the_command_line_sends_a_pattern_as_one_run(stack, client, tmp_path):
    for name in ("a/one.xml", "a/b/two.xml", "a/skip.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(JUNIT.replace("Cart", name.replace("/", ".")))
    job = {"GITHUB_ACTIONS": "true", "GITHUB_REF_NAME": "topic", "GITHUB_SHA": "0a1b2c3d4e",
           "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "o/r", "GITHUB_RUN_ID": "7"}
    done = stack.assay("results", "import", f"{tmp_path}/a/**/*.xml", "--suite", "by-hand", "--fail", **job)
    assert done.returncode == 1, done
    assert "two.xml: 2 results (junit)" in done.stdout and "2 of 4 tests did not pass." in done.stdout
    run = client.get("/api/v1/executions?project=demo&suite=by-hand")["items"][0]
    assert run["counts"]["total"] == 4 and run["revision"] == {
        "branch": "topic", "commit": "0a1b2c3d4e", "url": "https://github.com/o/r/actions/runs/7"}
    none = stack.assay("results", "import", f"{tmp_path}/none/*.xml")
    assert none.returncode == 2 and "no file matches" in none.stderr
    (tmp_path / "odd.bin").write_bytes(b"\0\1\2")
    odd = stack.assay("results", "import", str(tmp_path / "odd.bin"))
    assert odd.returncode == 2 and "Send one of" in odd.stderr


def test_a_large_file_is_read_afterwards_and_survives_the_reader(stack, client):
    case = "<testcase classname='Big' name='t{0}' time='0.001'><system-out>{1}</system-out></testcase>"
    body = "<testsuite name='big'>" + "".join(case.format(n, "x" * 4000) for n in range(5000)) + "</testsuite>"
    answer = send(client, body, expect=202, suite="big")
    place = f"/api/v1/results/{answer['id']}"
    until(lambda: client.get(place)["runs"], what="the reader", every=0.01)
    stack.kill("scheduler")
    until(lambda: client.get(place)["state"] == "read", seconds=120, what="the file")
    run = client.get(place)["runs"][0]
    assert run["accepted"] == 5000 and run["status"] == "passed" and run["refused"] == 0
    assert client.execution(run["id"])["counts"]["total"] == 5000


def test_what_could_not_be_read_is_listed(client):
    lines = ['{"run": {"key": "listed"}}', '{"result": {"test": "a", "status": "passed"}}', '{"result": {"test": "b"}}', "nonsense"]
    answer = send(client, "\n".join(lines))
    run = answer["runs"][0]
    assert run["accepted"] == 1 and run["refused"] == 2 and run["status"] == "passed"
    items = client.get(f"/api/v1/executions/{run['id']}/intake")["items"]
    assert [item["line"] for item in items] == [3, 4] and items[1]["excerpt"] == "nonsense"


def test_what_is_mended_joins_the_open_run_or_makes_a_new_one(client):
    broken = JUNIT[:len(JUNIT) // 2]
    for extra in ("&runKey=mending&complete=false", ""):
        answer = client.call("POST", f"/api/v1/results?project=demo&name=Mended&branch=main{extra}", expect=201, data=broken).json()
        run = answer["runs"][0]
        item, = client.get(f"/api/v1/executions/{run['id']}/intake")["items"]
        place = f"/api/v1/executions/{run['id']}/intake/{item['number']}"
        assert item["state"] == "refused" and item["hasFile"]
        fetched = client.call("GET", f"{place}/file", 200)
        assert fetched.text == broken and fetched.headers["Content-Disposition"].startswith("attachment")
        # What nobody can read leaves it as it was.
        assert client.call("POST", f"{place}/replay", data=b"\x00\x01 no tests").status_code in (415, 422)
        assert client.get(f"/api/v1/executions/{run['id']}/intake")["items"][0]["state"] == "refused"
        mended = client.call("POST", f"{place}/replay", 201, data=JUNIT).json()["runs"][0]
        assert (mended["id"] == run["id"]) is bool(extra)
        if not extra:
            told = client.execution(mended["id"])
            assert told["name"] == "Mended" and told["revision"]["branch"] == "main" and mended["accepted"] == 2
        states = [one["state"] for one in client.get(f"/api/v1/executions/{run['id']}/intake")["items"]]
        assert states[0] == "replayed"
        assert client.call("POST", f"{place}/replay", data=JUNIT).status_code == 409
        assert client.call("POST", f"{place}/dismissal").status_code == 409
    run = send(client, '{"run": {"key": "lines"}}\n{"result": {"test": "a", "status": "passed"}}\n{"result": {"test": "b", "status": "odd"}}')["runs"][0]
    item = client.get(f"/api/v1/executions/{run['id']}/intake")["items"][0]
    line = client.call("POST", f"/api/v1/executions/{run['id']}/intake/{item['number']}/replay", 201,
                       data='{"result": {"test": "b", "status": "failed"}}').json()["runs"][0]
    assert line["accepted"] == 1 and line["status"] == "failed"
    whole = client.call("POST", "/api/v1/results?project=demo", expect=201, data=JUNIT).json()["runs"][0]
    assert client.call("GET", f"/api/v1/executions/{whole['id']}/intake/1/file").status_code == 404


SAMPLES = sorted(path for path in (ROOT / "Tests/ResultFormatsTests/Samples").iterdir() if path.suffix != ".expected")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_every_format_comes_in_by_its_content(client, sample):
    answer = client.call("POST", "/api/v1/results?project=demo&allowEmpty=true", expect=201, data=sample.read_bytes()).json()
    told = sample.with_name(sample.name + ".expected").read_text()
    results = sum(line.split(" ")[0] in ("passed", "failed", "error", "skipped", "timeout") for line in told.splitlines())
    run = answer["runs"][0]
    assert answer["state"] == "read" and run["status"] in ("passed", "failed", "aborted")
    assert 0 < run["accepted"] <= results or results == 0
    shown = client.children(run["id"])
    assert len(shown) == run["accepted"] and all(child["status"] != "running" for child in shown)


def test_a_packed_file_is_one_run(client, tmp_path):
    members = {"b/two.xml": JUNIT.replace("Cart", "Two"), "a/one.xml": JUNIT, "notes.txt": "nothing to see", "c/cut.xml": JUNIT[:120]}
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in members.items():
            packed.writestr(name, text)
    with tarfile.open(tmp_path / "all.tar.gz", "w:gz") as packed:
        for name, text in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            packed.addfile(info, io.BytesIO(text.encode()))
    for name in ("all.zip", "all.tar.gz"):
        answer = client.call("POST", "/api/v1/results?project=demo", expect=201, data=(tmp_path / name).read_bytes()).json()
        run, = answer["runs"]
        assert answer["state"] == "damaged" and run["accepted"] >= 4 and run["status"] == "failed"
        first = client.children(run["id"])[0]
        assert first["definition"]["key"].startswith("cart-adds-")
        item, = client.get(f"/api/v1/executions/{run['id']}/intake")["items"]
        assert item["file"] == "c/cut.xml" and item["code"] == "damaged_file"


def test_a_form_of_several_files_is_one_run(client):
    parts = {"two": ("two.xml", JUNIT.replace("Cart", "Two")), "one": ("one.xml", JUNIT), "note": (None, "no file")}
    answer = client.call("POST", "/api/v1/results?project=demo&suite=form", expect=201, files=parts).json()
    run, = answer["runs"]
    assert run["accepted"] == 4 and [child["name"] for child in client.children(run["id"])] == ["adds", "removes"] * 2
    assert client.call("POST", "/api/v1/results?project=demo", data=b"--x--", headers={"Content-Type": "multipart/form-data"}).status_code == 400
