"""Weight and smoothness of the pages in Chromium: bytes and requests cold and warm, first paint, live, shifts and long tasks in a live run."""
import shutil

from playwright.sync_api import sync_playwright

from bench.figures import Figure
from bench.place import Place

CASES = 2000
WATCH = """() => {
  window.watched = { shift: 0, tasks: [] };
  // Cumulative layout shift as https://web.dev/articles/cls defines it: the worst burst, of 5 s at most, without a pause of 1 s.
  let burst = { value: 0, began: 0, last: -Infinity };
  const on = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  on("layout-shift", (one) => {
    if (one.hadRecentInput) return;
    const goesOn = one.startTime - burst.last < 1000 && one.startTime - burst.began < 5000;
    burst = { value: (goesOn ? burst.value : 0) + one.value, began: goesOn ? burst.began : one.startTime, last: one.startTime };
    window.watched.shift = Math.max(window.watched.shift, burst.value);
  });
  on("longtask", (one) => window.watched.tasks.push(one.duration));
}"""

# The page's own clock at the moment it says that it is live: asking it from outside would add the way there and back.
LIVE = """() => {
  new MutationObserver((_, watch) => {
    if (!document.querySelector(".side .pulse[data-state=live]")) return;
    window.liveAt = performance.now();
    watch.disconnect();
  }).observe(document, { subtree: true, childList: true, attributeFilter: ["data-state"] });
}"""


def log_in(context, place):
    """Somebody who is logged in, in a browser that has seen no page: the login is posted, not drawn."""
    known = place.stack.credentials()
    origin = {"Origin": place.url}
    answer = context.request.post("/api/v1/auth/login", data={"email": known["email"], "password": known["password"]}, headers=origin)
    assert answer.ok, answer.text()


def opened(page, address):
    """What opening `address` costs: bytes over the wire, requests, ms to the first paint and until the page is live."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    bytes_, asked = [], []
    wire.on("Network.loadingFinished", lambda one: bytes_.append(one["encodedDataLength"]))
    # What came out of the browser's own cache was not asked for.
    wire.on("Network.responseReceived", lambda one: None if one["response"].get("fromDiskCache") else asked.append(one["response"]["url"]))
    page.goto(address, wait_until="commit")
    page.locator(".side .pulse[data-state=live]").wait_for()
    live = page.evaluate("window.liveAt")
    page.wait_for_load_state("load")
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0")
    wire.detach()
    own = [url for url in asked if "/api/" not in url and not url.startswith("data:")]
    return {"kB": sum(bytes_) / 1000, "files": len(own), "paint": paint, "live": live}


def watched(browser, place, key):
    """Layout shift and the longest task while a suite of `CASES` runs on the page of the run."""
    context = browser.new_context(base_url=place.url, viewport={"width": 1280, "height": 900})
    log_in(context, place)
    page = context.new_page()
    run = place.client.start(testSuite=key)
    page.goto(f"/p/demo/runs/{run['number']}")
    page.locator("li.case").first.wait_for()
    page.evaluate(WATCH)
    place.client.finished(run["id"], 600)
    page.locator("as-stamp[data-status=passed]").wait_for(timeout=30_000)
    found = page.evaluate("window.watched")
    context.close()
    return found


def measure(rounds):
    found = {name: [] for name in ("kB", "files", "paint", "live", "warm files", "warm live", "shift", "task")}
    with Place() as place, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        place.run_suite("smoke")
        place.plant_suite("pages", CASES, parallel=4)
        for _ in range(rounds):
            context = browser.new_context(base_url=place.url, viewport={"width": 1280, "height": 900})
            log_in(context, place)
            page = context.new_page()
            page.add_init_script(f"({LIVE})()")
            cold = opened(page, "/p/demo/runs")
            page.goto("about:blank")
            warm = opened(page, "/p/demo/runs")
            context.close()
            for name, value in cold.items():
                found[name].append(value)
            found["warm files"].append(warm["files"])
            found["warm live"].append(warm["live"])
        for _ in range(min(rounds, 3)):
            seen = watched(browser, place, "pages")
            found["shift"].append(seen["shift"])
            found["task"].append(max(seen["tasks"], default=0))
        browser.close()
    less = {"more_is_better": False}
    return [
        Figure("runs page, cold: bytes", "kB", found["kB"], must=200, portable=True, **less),
        Figure("runs page, cold: files", "", found["files"], portable=True, **less),
        Figure("runs page, cold: first paint", "ms", found["paint"], must=300, **less),
        Figure("runs page, cold: live", "ms", found["live"], must=600, **less),
        Figure("runs page, warm: files", "", found["warm files"], portable=True, **less),
        Figure("runs page, warm: live", "ms", found["warm live"], **less),
        Figure(f"run of {CASES} cases: layout shift", "", found["shift"], must=0.05, **less),
        Figure(f"run of {CASES} cases: longest task", "ms", found["task"], must=100, **less),
    ]
