"""What every form keeps to, shown on the form of a channel: faults stand at their fields and nothing typed is lost."""
import json
import re

import pytest
from playwright.sync_api import expect

from looking import accessible, fits, log_in, picture, quiet

NEW = "/p/demo/settings/channels/new"


def opened(page, address=NEW):
    page.goto(address)
    expect(page.locator("as-form form")).to_be_visible()
    quiet(page)


def test_faults_stand_at_their_fields_and_what_was_typed_stays(page):
    opened(page)
    page.get_by_label("Address").fill("ftp://example.org")
    page.get_by_label("Secret").fill("short")
    page.keyboard.press("Control+Enter")
    name = page.get_by_label("Name", exact=True)
    expect(page.get_by_role("alert")).to_contain_text("1 field to mend below")
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_be_focused()
    expect(page.locator("[data-field=name] .wrong")).to_have_text("Is required.")
    name.fill("Hook")
    expect(name).not_to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-field='webhook/secret'] .wrong")).to_contain_text("Must")
    expect(page.locator("[data-field='webhook/url'] .wrong")).to_contain_text("Must")
    accessible(page, "form with faults")
    fits(page, "form with faults")
    picture(page, "form-faults")
    expect(name).to_have_value("Hook")
    expect(page.get_by_label("Address")).to_have_value("ftp://example.org")
    described = page.get_by_label("Address").get_attribute("aria-describedby")
    assert "wrong" in described and page.locator(f"#{described.split()[-1]}").inner_text().startswith("Must")


def test_fields_follow_what_is_chosen_and_mail_faults_lead_into_the_list(page):
    opened(page)
    page.get_by_label("Name", exact=True).fill("Mail with a fault")
    page.get_by_label("How the message travels").select_option("email")
    expect(page.get_by_label("Address", exact=True)).to_have_count(0)
    page.get_by_label("Addresses").fill("good@example.org\nnot an address")
    page.get_by_role("button", name="Add channel").click()
    expect(page.locator("[data-field='email/to'] .wrong")).to_contain_text("2 must be")


def test_it_saves_once_and_the_button_is_off_while_it_does(page, client):
    opened(page)
    page.get_by_label("Name", exact=True).fill("Saved once")
    page.get_by_label("Address").fill("https://example.org/once")
    held = []
    page.route("**/api/v1/channels", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    button = page.get_by_role("button", name="Add channel")
    button.click()
    expect(button).to_be_disabled()
    page.keyboard.press("Control+Enter")
    quietly = len(held)
    held[0].continue_()
    expect(page.get_by_role("heading", name="Secret of Saved once")).to_be_visible()
    assert quietly == 1 and len(held) == 1
    names = [one["name"] for one in client.get("/api/v1/channels?project=demo&limit=200")["items"]]
    assert names.count("Saved once") == 1


@pytest.mark.parametrize("way", ["session", "away"])
def test_what_was_typed_survives_the_end_of_the_session_and_leaving_the_page(page, stack, way):
    opened(page)
    page.get_by_label("Name", exact=True).fill("Half typed")
    page.get_by_label("Secret").fill("whsec_hidden")
    expect(page.get_by_text("Unsaved changes")).to_be_visible()
    assert "whsec_hidden" not in json.dumps(page.evaluate("() => ({ ...sessionStorage })"))
    if way == "session":
        page.context.clear_cookies()
        page.get_by_label("Address").fill("https://example.org/half")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("Your session ended")).to_be_visible()
        log_in(page, stack)
    else:
        page.get_by_role("link", name="Suites").first.click()
        expect(page.get_by_role("heading", name="Suites", level=1)).to_be_visible()
        page.go_back()
    expect(page).to_have_url(re.compile("/settings/channels/new$"))
    expect(page.get_by_label("Name", exact=True)).to_have_value("Half typed")
    expect(page.get_by_text("This is what you had typed before")).to_be_visible()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("")
    expect(page.get_by_text("Unsaved changes")).to_have_count(0)
    page.reload()
    expect(page.get_by_label("Name", exact=True)).to_have_value("")


def test_a_refusal_without_a_field_stands_on_top(page):
    opened(page)
    page.route("**/api/v1/channels", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.get_by_label("Name", exact=True).fill("Unreachable")
    page.get_by_label("Address").fill("https://example.org/x")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("The server could not be reached.")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Unreachable")
