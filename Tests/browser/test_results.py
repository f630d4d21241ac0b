"""Results of other tools in the browser: sent, watched, and what was not taken of them."""
import re

from playwright.sync_api import expect

from looking import accessible, fits, picture, quiet

JUNIT = """<testsuite name="shop"><testcase classname="Cart" name="adds" time="0.5"/>
<testcase classname="Cart" name="removes" time="1.25"><failure message="1 != 2" type="AssertionError">at Cart:12</failure></testcase>
<testcase classname="Cart" name="later"><skipped/></testcase></testsuite>"""


def send(client, body, **query):
    given = "".join(f"&{name}={value}" for name, value in query.items())
    return client.call("POST", f"/api/v1/results?project=demo{given}", expect=201, data=body).json()["runs"][0]


def test_files_that_are_chosen_become_one_run(page, tmp_path):
    for name in ("one.xml", "two.xml"):
        (tmp_path / name).write_text(JUNIT.replace("Cart", name))
    page.goto("/p/demo/results")
    quiet(page)
    picture(page, "results-first")
    page.get_by_role("button", name="Import", exact=True).click(timeout=3000)
    expect(page.get_by_text("Choose the files first.")).to_be_visible()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files([tmp_path / "one.xml", tmp_path / "two.xml"])
    expect(page.get_by_text("two.xml")).to_be_visible()
    page.get_by_label("Suite").fill("from-the-browser")
    picture(page, "results-1280")
    accessible(page, "import results")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page).to_have_url(re.compile(r"/runs/\d+"))
    expect(page.get_by_text("2 failed of 6 cases")).to_be_visible()
    expect(page.get_by_role("heading", name="from-the-browser")).to_be_visible()
    assert page.faults == []


def test_an_import_is_watched_like_any_run(page, client):
    run = send(client, JUNIT, runKey="watched", name="Watched import")
    page.goto(f"/p/demo/runs/{run['number']}")
    quiet(page)
    expect(page.get_by_text("1 != 2").first).to_be_visible()
    send(client, "<testsuite><testcase classname='Late' name='comes late'/></testsuite>", runKey="watched", complete="true")
    expect(page.get_by_text("1 failed of 4 cases")).to_be_visible()
    expect(page.get_by_text("comes late").first).to_be_visible()
    expect(page.get_by_role("region", name="Skipped")).to_contain_text("later")
    expect(page.get_by_role("button", name="Retry", exact=True)).to_have_count(0)
    picture(page, "import-run-1280")
    accessible(page, "the run of an import")
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        fits(page, f"import run {width}")
        picture(page, f"import-run-{width}")
    assert page.faults == []


def test_a_damaged_file_is_fetched_mended_and_sent_again(page, client, tmp_path):
    run = send(client, JUNIT[:150] + "<oops", name="Broken off")
    page.goto(f"/p/demo/runs/{run['number']}/intake")
    actions = lambda: page.get_by_role("button", name=re.compile("Actions for 1, Damaged file")).click()
    actions()
    with page.expect_download() as told:
        page.get_by_role("menuitem", name="Download the file").click()
    broken = tmp_path / "broken.xml"
    told.value.save_as(broken)
    assert broken.read_text() == JUNIT[:150] + "<oops"
    mended = tmp_path / "mended.xml"
    mended.write_text(JUNIT)
    actions()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("menuitem", name="Send it mended").click()
    chooser.value.set_files(mended)
    expect(page).to_have_url(re.compile(rf"/runs/(?!{run['number']}$)\d+$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Broken off")
    page.goto(f"/p/demo/runs/{run['number']}/intake")
    expect(page.get_by_role("row").filter(has_text="sent again")).to_be_visible()
    actions()
    expect(page.get_by_role("menuitem", name="Send it mended")).to_have_count(0)
    page.keyboard.press("Escape")
    fits(page, "intake after mending")
    other = send(client, JUNIT[:150] + "<oops")
    page.goto(f"/p/demo/runs/{other['number']}/intake")
    actions()
    page.get_by_role("menuitem", name="Let it go").click()
    page.get_by_role("dialog").get_by_role("button", name="Let it go").click()
    expect(page.get_by_role("row").filter(has_text="let go")).to_be_visible()
    assert page.faults == []


def test_what_was_not_taken_is_seen_from_the_run(page, client):
    run = send(client, JUNIT[:150] + "<oops")
    page.goto(f"/p/demo/runs/{run['number']}")
    page.get_by_role("link", name="What was not taken").click()
    row = page.get_by_role("row").filter(has_text="Damaged file")
    expect(row).to_be_visible()
    row.get_by_role("button", name="Show").click()
    expect(page.get_by_role("dialog")).to_contain_text("oops")
    picture(page, "intake-1280")
    page.keyboard.press("Escape")
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        fits(page, f"intake {width}")
        accessible(page, f"intake {width}")
    picture(page, "intake-320")
    assert page.faults == []
