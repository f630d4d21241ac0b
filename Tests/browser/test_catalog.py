"""Cases, items and suites are written, checked, compared and run in the browser."""
import json
import re

import pytest
import yaml
from playwright.sync_api import expect

from looking import accessible, fits, picture, quiet
from test_alerting import confirm, row

TEXT = "Definition as YAML"


def text_of(page):
    return yaml.safe_load(page.get_by_label(TEXT).input_value())


def case(client, key):
    return next((one for one in client.get(f"/api/v1/test-cases?project=demo&q={key}")["items"] if one["key"] == key), None)


@pytest.fixture
def hello(client, request):
    """A case of the test's own, with two versions."""
    key = f"hello-{abs(hash(request.node.name)) % 100_000}"
    step = {"name": "say hello", "command": {"argv": ["echo", "hello"]}}
    client.add_case(key, [step], tags=["greets"])
    client.add_case(key, [step, {"name": "say it again", "command": {"argv": ["echo", "again"]}}], tags=["greets"])
    yield key
    found = case(client, key)
    if found:
        client.delete(f"/api/v1/test-cases/{found['id']}")


def test_a_case_is_written_as_form_and_text_and_the_server_checks_while_one_types(page, client):
    page.goto("/p/demo/cases")
    page.get_by_role("link", name="New case").first.click()
    page.get_by_label("Key", exact=True).fill("Bad Key")
    expect(page.locator("[data-field=key] .wrong")).to_contain_text("Must be 1 to 63 characters of a-z")
    source = page.get_by_role("region", name="As YAML")
    expect(source.get_by_role("status")).to_have_text("1 fault")
    page.get_by_label("Key", exact=True).fill("written-here")
    expect(source.get_by_role("status")).to_have_text("Valid")
    assert text_of(page)["key"] == "written-here"
    page.get_by_label(TEXT).fill("key: written-here\ncolour: 1\n\noops\nname: x")
    expect(source).to_contain_text("This is no YAML")
    page.get_by_role("button", name="Add case").click()
    expect(page.get_by_role("alert")).to_contain_text("This is no YAML")
    expect(source.get_by_role("button", name="Line 4")).to_be_visible()
    written = {"key": "written-here", "name": "Written here", "tags": ["new"], "timeoutMs": 5000,
               "steps": [{"name": "true", "command": {"argv": "true"}}]}
    text = yaml.safe_dump(written, sort_keys=False)
    page.get_by_label(TEXT).fill(text)
    expect(source).to_contain_text("/steps/0/command/argv must be a list of strings")
    line = next(at for at, one in enumerate(text.splitlines(), 1) if "argv" in one)
    source.get_by_role("button", name=f"Line {line}").click()
    assert page.evaluate("() => String(getSelection())") or page.evaluate(
        "() => { const a = document.activeElement; return a.value.slice(a.selectionStart, a.selectionEnd) }").strip() == "argv: 'true'"
    expect(page.get_by_label("Name", exact=False).first).to_have_value("Written here")
    expect(page.get_by_label("Time limit")).to_have_value("5")
    written["steps"][0]["command"]["argv"] = ["true"]
    page.get_by_label(TEXT).fill(json.dumps(written, indent=2))
    page.get_by_label("Tags").fill("new\nquick")
    expect(source.get_by_role("status")).to_have_text("Valid")
    assert text_of(page)["tags"] == ["new", "quick"]
    page.get_by_role("button", name="Add case").click()
    expect(page).to_have_url(re.compile("/cases/written-here$"))
    made = case(client, "written-here")
    assert (made["name"], made["tags"], made["timeoutMs"]) == ("Written here", ["new", "quick"], 5000)
    page.get_by_role("button", name="Run", exact=True).click()
    page.locator("dialog").get_by_role("button", name="Start run").click()
    expect(page).to_have_url(re.compile(r"/runs/\d+$"))
    page.go_back()
    page.get_by_role("button", name="Actions for Written here").click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(page.locator("dialog")).to_contain_text("A suite that lists it can no longer start.")
    confirm(page, "written-here", "Delete case")
    expect(page).to_have_url(re.compile("/cases$"))
    assert case(client, "written-here") is None


def test_somebody_else_was_faster_and_both_versions_are_shown(page, client, hello):
    page.goto(f"/p/demo/cases/{hello}")
    page.get_by_label("Description").fill("mine")
    page.get_by_label("Tags").fill("greets\nmine")
    theirs = case(client, hello)
    client.put(f"/api/v1/test-cases/{theirs['id']}", {**theirs, "description": "theirs", "labels": ["linux"]})
    page.get_by_role("button", name="Save").click()
    conflict = page.get_by_role("region", name="Somebody else saved this meanwhile")
    expect(conflict.get_by_role("group")).to_have_count(1)
    expect(conflict.get_by_role("group", name="Description")).to_contain_text("theirs")
    expect(page.get_by_role("button", name="Save")).to_be_disabled()
    conflict.get_by_role("radio", name="Theirs").check()
    conflict.get_by_role("button", name="Go on with this").click()
    expect(page.get_by_label("Description")).to_have_value("theirs")
    expect(page.get_by_label("Needs an agent with")).to_have_value("linux")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    now = case(client, hello)
    assert (now["description"], now["tags"], now["labels"], now["version"]) == (
        "theirs", ["greets", "mine"], ["linux"], theirs["version"] + 2)


def test_versions_are_compared_and_an_old_one_put_in_force_and_taken_back(page, client, hello):
    page.goto(f"/p/demo/cases/{hello}")
    versions = page.get_by_role("region", name="Versions")
    expect(versions.get_by_role("listitem")).to_have_count(2)
    versions.get_by_role("button", name="Compare version 1").click()
    expect(page.get_by_role("region", name="Version 1 and 2")).to_contain_text("say it again")
    expect(page.locator("dialog .plus").first).to_be_visible()
    page.get_by_role("button", name="Put the older one in force").click()
    expect(versions.get_by_role("listitem")).to_have_count(3)
    assert len(case(client, hello)["steps"]) == 1
    expect(page.locator(".outline li")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(versions.get_by_role("listitem")).to_have_count(4)
    assert len(case(client, hello)["steps"]) == 2


def test_one_case_is_started_with_all_it_can_be_given(page, client, hello):
    page.goto(f"/p/demo/cases?q={hello}")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("button", name=f"Run {hello}").click()
    sheet = page.locator("dialog")
    sheet.get_by_label("Branch").fill("main")
    sheet.get_by_label("Commit").fill("not a commit!")
    expect(sheet.locator("[data-field='revision/commit'] .wrong")).to_be_visible()
    sheet.get_by_label("Commit").fill("abcdef1")
    sheet.get_by_label("Priority").select_option("high")
    sheet.get_by_label("Environment").select_option("local")
    sheet.get_by_role("button", name="Add a parameter").click()
    sheet.get_by_label("Name of parameter 1").fill("who")
    sheet.get_by_label("Value of who").fill("you")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile(r"/runs/\d+$"))
    run = client.get(f"/api/v1/executions?project=demo&case={hello}")["items"][0]
    assert (run["priority"], run["environment"], run["parameters"], run["revision"]["branch"], run["revision"]["commit"]) == (
        "high", "local", {"who": "you"}, "main", "abcdef1")
    client.finished(run["id"])
    page.goto(f"/p/demo/cases/{hello}")
    ran = page.get_by_role("region", name="Runs")
    expect(ran.get_by_role("listitem")).to_have_count(1)
    ran.get_by_role("link", name="All").click()
    expect(page).to_have_url(re.compile(f"/runs\\?case={hello}$"))
    expect(page.locator("li.run")).to_have_count(1)


def test_items_and_suites_are_edited_too_and_a_copy_begins_where_one_was(page, client, hello):
    page.goto("/p/demo/items/+")
    page.get_by_label("Key", exact=True).fill("people")
    page.get_by_label("Name of parameter 1").fill("who")
    page.get_by_label("Value of who").fill("ines")
    page.get_by_role("button", name="Add item").click()
    expect(page).to_have_url(re.compile("/items/people$"))
    page.goto("/p/demo/suites/+")
    page.get_by_label("Key", exact=True).fill("greetings")
    page.get_by_label(TEXT).fill(f"key: greetings\ncases: [{hello}, not-here]")
    expect(page.locator("[data-field=cases] .wrong")).to_contain_text("2 there is no test case 'not-here'")
    page.get_by_role("button", name="Remove not-here").click()
    page.get_by_label("At the same time").fill("2")
    page.get_by_role("button", name="Add suite").click()
    expect(page).to_have_url(re.compile("/suites/greetings$"))
    made = next(one for one in client.get("/api/v1/test-suites?project=demo&q=greetings")["items"] if one["key"] == "greetings")
    assert (made["cases"], made["options"]["parallel"]) == ([hello], 2)
    page.get_by_role("button", name="Actions for greetings").click()
    page.get_by_role("menuitem", name="Copy into a new one").click()
    expect(page.get_by_label("Key", exact=True)).to_have_value("greetings-copy")
    expect(page.locator("[data-pick]")).to_have_count(1)
    expect(page.locator(f"[data-pick={hello}]")).to_be_visible()
    page.goto("/p/demo/suites")
    page.locator('tr[data-suite="greetings"]').get_by_role("link", name="greetings").first.click()
    expect(page).to_have_url(re.compile("/suites/greetings$"))
    quiet(page)
    client.delete(f"/api/v1/test-suites/{made['id']}")


def test_the_palette_finds_what_there_is_and_what_was_looked_at(page, client, hello):
    client.apply({"testItems": [{"key": "palette-item", "name": "Found by words", "parameters": {"a": "1"}}]})
    agent = client.get("/api/v1/agents?project=demo")["items"][0]["name"]

    def sought(text):
        page.keyboard.press("Control+k")
        expect(page.locator(".palette")).to_be_visible()
        page.keyboard.type(text)

    page.goto("/p/demo/runs")
    expect(page.get_by_role("heading", name="Runs", level=1)).to_be_visible()
    sought(hello)
    expect(page.get_by_role("option", name=f"{hello} case {hello}")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/cases/{hello}$"))
    expect(page.get_by_role("heading", name=hello, level=1)).to_be_attached()
    sought("found by")
    page.get_by_role("option", name="Found by words item palette-item").click()
    expect(page).to_have_url(re.compile("/items/palette-item$"))
    sought(agent)
    expect(page.get_by_role("option", name=f"{agent} agent")).to_be_visible()
    page.keyboard.press("Escape")
    page.goto("/p/demo/runs")
    expect(page.get_by_role("heading", name="Runs", level=1)).to_be_visible()
    sought("")
    recent = page.get_by_role("group", name="Recent").get_by_role("option")
    expect(recent.first).to_contain_text("Found by words")
    expect(recent.filter(has_text=hello)).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/items/palette-item$"))


def test_cases_are_found_by_words_and_tag(page, hello):
    page.goto("/p/demo/cases")
    page.get_by_placeholder("Name or key").fill("no such thing")
    expect(page.get_by_text("No case matches")).to_be_visible()
    page.get_by_placeholder("Name or key").fill("")
    row(page, hello).get_by_role("link", name="greets").click()
    expect(page).to_have_url(re.compile(r"\?tag=greets$"))
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Remove filter Tag").click()
    expect(row(page, "API is healthy")).to_be_visible()


def test_a_definition_is_copied_downloaded_and_pasted_as_yaml(page, client, hello):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/p/demo/cases/{hello}")
    source = page.get_by_role("region", name="As YAML")
    expect(source.get_by_label(TEXT)).to_have_value(re.compile("say it again"))
    source.get_by_role("button", name="Copy").click()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied == source.get_by_label(TEXT).input_value() and "argv:\n" in copied
    with page.expect_download() as download:
        source.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == f"{hello}.yaml"
    whole = download.value.path().read_text()
    changes = client.call("POST", "/api/v1/catalog/apply?project=demo&dryRun=true", 200, data=whole,
                          headers={"Content-Type": "application/yaml"}).json()["changes"]
    assert [(one["key"], one["action"]) for one in changes] == [(hello, "unchanged")]
    page.goto("/p/demo/cases/+")
    pasted = whole.replace(hello, "pasted-here").replace("say hello", "say it pasted # not a comment: quoted")
    pasted = pasted.replace("name: say it pasted # not a comment: quoted", "name: 'say it pasted # not a comment: quoted' # a comment")
    field = page.get_by_label(TEXT)
    field.focus()
    page.keyboard.press("Control+a")
    page.evaluate("text => navigator.clipboard.writeText(text)", pasted)
    page.keyboard.press("Control+v")
    expect(page.get_by_label("Key", exact=True)).to_have_value("pasted-here")
    expect(page.locator("[data-field=steps] li").first).to_contain_text("say it pasted # not a comment: quoted")
    expect(page.get_by_role("region", name="As YAML").get_by_role("status")).to_have_text("Valid")
    page.get_by_role("button", name="Add case").click()
    expect(page).to_have_url(re.compile("/cases/pasted-here$"))
    made = case(client, "pasted-here")
    assert made["steps"][0]["name"] == "say it pasted # not a comment: quoted"
    client.delete(f"/api/v1/test-cases/{made['id']}")


def test_names_are_offered_behind_a_dollar_and_a_brace(page, client, hello):
    client.put("/api/v1/secrets/SHOP_TOKEN?project=demo", {"value": "s3cr3t-value"})
    client.post("/api/v1/environments?project=demo", {"name": "shop", "variables": {"SHOP_URL": "https://shop.test"}}, expect=(201, 409))
    page.goto("/p/demo/cases/+")
    field = page.get_by_label(TEXT)
    written = ("key: offers\nparameters:\n  shopper: me\nsteps:\n  - name: one\n    command:\n      argv: [echo]\n    capture:\n"
               "      shopId:\n        from: stdout\n  - name: two\n    command:\n      argv:\n        - echo\n        - ")
    field.fill(written)
    quiet(page)
    names = page.get_by_role("listbox", name="Names").get_by_role("option")
    page.keyboard.type("x${sh")
    expect(names).to_have_count(4)
    assert [one.split("\n") for one in names.all_inner_texts()] == [["shopper", "parameter"], ["shopId", "captured by step 1"],
        ["SHOP_URL", "environment shop"], ["secret:SHOP_TOKEN", "secret"]]
    chosen = lambda: page.evaluate("() => document.getElementById(document.activeElement.getAttribute('aria-activedescendant')).innerText")
    assert chosen().startswith("shopper")
    accessible(page, "names offered")
    picture(page, "names-offered")
    page.keyboard.press("ArrowUp")
    assert chosen().startswith("secret:SHOP_TOKEN")
    page.keyboard.press("Enter")
    expect(names).to_have_count(0)
    assert field.input_value() == written + "x${secret:SHOP_TOKEN}"
    page.keyboard.type("${shopI")
    page.keyboard.press("Tab")
    page.keyboard.type(" $${sh")
    expect(names).to_have_count(0)
    page.keyboard.type(" ${")
    expect(names.first).to_be_visible()
    page.keyboard.press("Escape")
    expect(names).to_have_count(0)
    assert field.input_value() == written + "x${secret:SHOP_TOKEN}${shopId} $${sh ${"
    expect(field).to_be_focused()
    page.set_viewport_size({"width": 390, "height": 844})
    page.keyboard.type("sh")
    expect(names).to_have_count(4)
    fits(page, "names offered on a phone")
    picture(page, "names-offered-390")
