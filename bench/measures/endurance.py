"""Memory of pages that watch run after run: the runs page and a run of many cases, all live events, garbage collected before each look."""
import os
import shutil
import statistics
import time

from playwright.sync_api import sync_playwright

from bench.figures import Figure
from bench.measures.pages import log_in
from bench.place import Place

# Long enough that what grows by the event shows: some 100,000 events an hour.
MINUTES = int(os.environ.get("MINUTES") or 60)
CASES = 100
SAMPLE_S = 30


def looked(page):
    """Megabytes of the heap that are in use, and nodes of the document, once what nobody needs is gone."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    heap = session.send("Runtime.getHeapUsage")["usedSize"] / 1e6
    nodes = session.send("Memory.getDOMCounters")["nodes"]
    session.detach()
    return heap, nodes


def growth(values):
    """The last fifth beside the second one: the first fifth is warming up."""
    fifth = max(1, len(values) // 5)
    return statistics.median(values[-fifth:]) / statistics.median(values[fifth:2 * fifth])


def measure(rounds):
    with Place() as place, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        place.plant_suite("endless", CASES, parallel=4)
        context = browser.new_context(base_url=place.url, viewport={"width": 1280, "height": 900})
        log_in(context, place)
        runs, run = context.new_page(), context.new_page()
        runs.goto("/p/demo/runs")
        run.goto(f"/p/demo/runs/{place.client.start(testSuite='endless')['number']}")
        run.locator("li.case").first.wait_for()
        heaps, nodes, ran = [], [], 0
        end = time.monotonic() + 60 * MINUTES
        while time.monotonic() < end:
            sample = time.monotonic() + SAMPLE_S
            while time.monotonic() < sample:
                place.client.finished(place.client.start(testSuite="endless")["id"], 300)
                ran += 1
            seen = [looked(page) for page in (runs, run)]
            heaps.append(sum(heap for heap, _ in seen))
            nodes.append(sum(node for _, node in seen))
        browser.close()
    less = {"more_is_better": False, "portable": True}
    note = f"{ran} runs of {CASES} cases in {MINUTES} min; {heaps[0]:.1f} MB at first, {heaps[-1]:.1f} MB at last"
    return [
        Figure("heap of two pages, end ÷ after warming up", "×", [growth(heaps)], must=1.1, note=note, **less),
        Figure("nodes of two pages, end ÷ after warming up", "×", [growth(nodes)], must=1.1, **less),
    ]
