"""One event to 1,000 and 9,000 open streams: commit → client, beside sse-starlette; memory of a stream."""
import datetime
import os

from bench.figures import Figure, ratio
from bench.listeners import Listeners
from bench.peers.starlette import Starlette
from bench.place import NO_OP, Place

COUNTS = [int(text) for text in (os.environ.get("STREAMS") or "1000,9000").split(",")]
# What the issue asks for at these numbers of streams; p99 in ms.
LIMITS = {1000: 100, 9000: 200}
BROADCASTS = 10


def measure(rounds):
    found = []
    with Place() as place:
        # No agent has the label: a start is one event and no more.
        place.client.add_case("told", NO_OP, labels=["nowhere"])
        for count in COUNTS:
            found += at(count, place, rounds)
    return found


def at(count, place, rounds):
    path = "/api/v1/events?project=demo&types=execution.queued"
    ours, theirs = [], []
    events, nginx = [], []
    for _ in range(rounds):
        for role in ("events", "nginx"):
            place.restart(role)
        with Listeners(place.stack.port, 20, path, place.client.token) as listeners:
            listeners.heard(lambda: start(place))  # what is lazy is there now
        before = place.memory()
        with Listeners(place.stack.port, count, path, place.client.token) as listeners:
            ours.append(middle([listeners.heard(lambda: start(place)) for _ in range(BROADCASTS)]))
            after = place.memory()
        events.append((after["events"] - before["events"]) * 1024 / count)
        nginx.append((after["nginx"] - before["nginx"]) * 1024 / count)
        with Starlette() as starlette, Listeners(starlette.port, count, "/events") as listeners:
            theirs.append(middle([listeners.heard(starlette.broadcast) for _ in range(BROADCASTS)]))
    p50, p99 = zip(*ours)
    starlette99 = [pair[1] for pair in theirs]
    return [
        Figure(f"{count} streams: commit → client, p50", "ms", p50, more_is_better=False),
        Figure(f"{count} streams: commit → client, p99", "ms", p99, must=LIMITS.get(count), more_is_better=False),
        Figure(f"{count} streams: sse-starlette, p99", "ms", starlette99, more_is_better=False),
        ratio(f"{count} streams: sse-starlette p99 ÷ ours", starlette99, p99, must=3),
        Figure(f"{count} streams: events, a stream", "KiB", events, must=2, more_is_better=False, portable=True),
        Figure(f"{count} streams: nginx, a stream", "KiB", nginx, must=10, more_is_better=False, portable=True),
    ]


def start(place):
    """Starts a run; answers the BEGIN of its transaction by the database's clock, a few ms before the commit."""
    created = place.client.start("demo", testCase="told")["createdAt"]
    return datetime.datetime.fromisoformat(created.replace("Z", "+00:00")).timestamp()


def middle(pairs):
    """The median p50 and the median p99 of a round's broadcasts; the first one opens what is lazy and is left out."""
    half = len(pairs[1:]) // 2
    return tuple(sorted(column)[half] for column in zip(*pairs[1:]))
