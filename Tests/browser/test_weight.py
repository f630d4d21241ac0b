"""What a first visit costs."""
import re

from playwright.sync_api import expect

from looking import log_in


def test_a_first_visit_is_light_and_asks_for_everything_at_once(browser, stack):
    context = browser.new_context(base_url=stack.url)
    page = context.new_page()
    page.goto("/login")
    log_in(page, stack)
    cookies = context.cookies()
    context.close()
    context = browser.new_context(base_url=stack.url)
    context.add_cookies(cookies)
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    weights, answers, late = [], [], []
    wire.on("Network.requestWillBeSent", lambda one: late.append(one["request"]["url"])
            if one["request"]["url"].endswith(".js") and "worker" not in one["request"]["url"] and one["initiator"]["type"] != "parser" else None)
    wire.on("Network.loadingFinished", lambda one: weights.append(one["encodedDataLength"]))
    page.on("response", lambda answer: answers.append(answer))
    page.goto("/p/demo/runs")
    expect(page.locator(".side .pulse[data-state=live]")).to_be_visible()
    page.wait_for_load_state("load")
    assert sum(weights) < 200_000
    files = [one for one in answers if "/api/" not in one.url and not one.url.endswith(("/favicon.svg", "/p/demo/runs"))]
    assert 3 <= len(files) <= 6, [one.url for one in files]
    for one in files:
        assert "/v/" in one.url, one.url
        if not one.url.endswith(".woff2"):
            assert one.headers.get("content-encoding") == "gzip" or int(one.headers.get("content-length", 0)) < 1024, one.url
    assert [one for one in files if one.url.endswith("inter-latin.woff2")]
    # Modules come because the document names them, not because another one was read first.
    assert late == [], late
    context.close()


def test_a_second_visit_asks_for_the_document_alone(page):
    """All files have addresses that carry the hash of what they hold: the browser keeps them and does not ask again."""
    page.goto("/p/demo/runs")
    expect(page.locator(".side .pulse[data-state=live]")).to_be_visible()
    page.goto("/p/demo/runs")
    expect(page.locator("li.run, .empty").first).to_be_visible()
    page.wait_for_load_state("load")
    fetched = page.evaluate("""() => performance.getEntriesByType("resource")
        .filter((one) => one.name.includes("/v/") && one.transferSize > 0).map((one) => one.name)""")
    assert fetched == []
    kept = page.request.get(re.search(r'src="(/v/[0-9a-f]+/js/start\.js)"', page.request.get("/login").text())[1])
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert page.request.get("/v/000000000000/js/start.js").headers["cache-control"] == "no-cache"
    assert "immutable" not in page.request.get("/login").headers["cache-control"]
