"""A page of 200 children of a suite of 10,000."""
import os
import statistics
import time

from bench.figures import Figure, percentile, ratio
from bench.peers.front import Front
from bench.place import Place
from bench.protocol_agent import Door

SIZE = int(os.environ.get("SIZE") or 10_000)
PAGES = 100


def pages(door, path, count):
    """Milliseconds of each page, from the first to the last and again from the first."""
    found, cursor = [], None
    for _ in range(count):
        began = time.perf_counter()
        page = door.call("GET", path + (f"&cursor={cursor}" if cursor else ""))
        found.append((time.perf_counter() - began) * 1000)
        assert len(page["items"]) == 200 or page["nextCursor"] is None
        cursor = page["nextCursor"]
    return found


def measure(rounds):
    p50, p95, bare95 = [], [], []
    with Place(agent_slots=16) as place, Front(place) as front:
        place.plant_suite("pages", SIZE)
        run = place.client.start("demo", testSuite="pages")
        place.client.finished(run["id"], 3600)
        place.settle()
        door, bare = Door(place.url, place.client.token), Door(front.url, "none")
        path = f"/api/v1/executions/{run['id']}/children?limit=200"
        pages(door, path, 10)
        for _ in range(rounds):
            found = pages(door, path, PAGES)
            p50.append(statistics.median(found))
            p95.append(percentile(found, 95))
            times = []
            for _ in range(PAGES):
                began = time.perf_counter()
                bare.call("GET", "/bare")
                times.append((time.perf_counter() - began) * 1000)
            bare95.append(percentile(times, 95))
    return [
        Figure(f"200 children of {SIZE}, p50", "ms", p50, more_is_better=False),
        Figure(f"200 children of {SIZE}, p95", "ms", p95, must=30, more_is_better=False),
        ratio(f"bare libfcgi p95 ÷ 200 children of {SIZE} p95", bare95, p95),
    ]
