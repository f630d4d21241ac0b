"""A whole project goes out as YAML and comes in again, and what would change is shown before it does."""
import re

from playwright.sync_api import expect

from looking import accessible, fits, picture, quiet

ODD = "Grüße: #1 'quoted' \"double\"\t${x}\u0085\u2028 end "
SCRIPT = "set -e\nfor n in 1 2; do\n  echo \"n: $n\"\ndone\n"


def test_what_is_exported_changes_nothing_when_it_is_imported(page, client):
    client.apply({
        "testCases": [{"key": "odd", "name": "yes", "type": "generic", "description": ODD, "tags": ["a.b"], "parameters": {
            "text": "1", "number": 1, "truth": True, "empty": "", "lines": "one\n\n two\n\n", "date": "2026-11-21"},
            "steps": [{"name": "- odd: name", "command": {"shell": SCRIPT, "env": {"NO": "null"}}, "expect": {
                "exitCode": 0, "stdout": {"matches": "^n: \\d$"}}}]}],
        "testItems": [{"key": "odd-item", "rows": [{"a": 1, "b": "x"}, {"a": -2, "b": " y"}]}]})
    page.goto("/p/demo/catalog")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download YAML").click()
    assert waiting.value.suggested_filename == "demo.yaml"
    text = open(waiting.value.path(), encoding="utf-8", newline="").read()
    assert 'name: "yes"' in text and "shell: |\n" in text
    # Not typed: the browser itself takes the square of the lines for that, and other tests leave hundreds of cases.
    with page.expect_file_chooser() as asked:
        page.get_by_role("button", name="Open a file").click()
    asked.value.set_files({"name": "demo.yaml", "mimeType": "application/yaml", "buffer": text.encode()})
    expect(page.get_by_label("Catalog as YAML or JSON")).to_have_value(text)
    told = page.get_by_role("region", name="What it would change")
    expect(told.get_by_role("status")).to_have_text("Nothing")
    expect(told).to_contain_text(re.compile(r"\d\d entries as they are"))


def test_changes_and_faults_are_shown_first_and_applied_on_purpose(page, client):
    page.goto("/p/demo/cases")
    page.get_by_role("link", name="Import, export").click()
    field, told = page.get_by_label("Catalog as YAML or JSON"), page.get_by_role("region", name="What it would change")
    field.fill("testCases:\n  - key: imported\n   steps: [")
    expect(told).to_contain_text("is not YAML")
    field.fill("testCases:\n  - key: imported\n    colour: 1\n    steps: []")
    expect(told).to_contain_text("/testCases/0/colour is not a known field")
    expect(told.get_by_role("status")).to_have_text("2 faults")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("alert")).to_contain_text("testCases/0/colour is not a known field")
    accessible(page, "import with faults")
    field.fill("testCases:\n  - key: imported\n    steps:\n      - name: hello\n        command: { argv: [echo, hello] }\n")
    expect(told.locator("[data-action=create]")).to_contain_text("imported Case, new")
    quiet(page)
    assert not any(one["key"] == "imported" for one in client.get("/api/v1/test-cases?project=demo&q=imported")["items"])
    picture(page, "import")
    page.set_viewport_size({"width": 390, "height": 844})
    fits(page, "import")
    picture(page, "import-390")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("1 change applied.")).to_be_visible()
    expect(field).to_have_value("")
    made = next(one for one in client.get("/api/v1/test-cases?project=demo&q=imported")["items"] if one["key"] == "imported")
    assert made["steps"][0]["command"] == {"argv": ["echo", "hello"]}
    client.delete(f"/api/v1/test-cases/{made['id']}")
