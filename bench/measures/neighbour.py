"""POST → agent has the job in a small project, while another runs a large suite at full rate."""
import os
import statistics
import threading
import time

from bench.figures import Figure, percentile
from bench.measures.dispatch import SAMPLES, sample
from bench.place import NO_OP, Place
from bench.protocol_agent import ProtocolAgent

SIZE = int(os.environ.get("SIZE") or 10_000)


def measure(rounds):
    """`demo` keeps the stack's agent of 16 slots busy; `small` has an agent of its own that notes the moments."""
    p50, p99, rates = [], [], []
    with Place(agent_slots=16) as place:
        place.person.post("/api/v1/projects", {"key": "small", "name": "Small"}, expect=201)
        # The shared agent of the stack would serve `small` too: a label keeps it away.
        place.client.add_case("quick", NO_OP, project="small", labels=["beside"])
        place.plant_suite("large", SIZE)
        with ProtocolAgent(place, "small", project="small", labels=["beside"]) as agent:
            sample(place, agent, "small", 10, 0.1)
            for _ in range(rounds):
                with Busy(place) as busy:
                    before = busy.finished()
                    _, held = sample(place, agent, "small", SAMPLES, 0.1)
                    done, seconds = (now - then for now, then in zip(busy.finished(), before))
                assert done > 0, "the large suite did not run meanwhile"
                rates.append(done / seconds)
                p50.append(statistics.median(held))
                p99.append(percentile(held, 99))
    return [
        Figure("POST → agent has the job beside a busy project, p50", "ms", p50, more_is_better=False),
        Figure("POST → agent has the job beside a busy project, p99", "ms", p99, must=80, more_is_better=False),
        Figure("rate of the busy project meanwhile", "1/s", rates),
    ]


class Busy:
    """Starts the large suite over and over, so that it never runs dry while something is measured."""

    def __init__(self, place):
        self.place = place
        self.over = threading.Event()
        self.running = []

    def __enter__(self):
        self.thread = threading.Thread(target=self.feed, daemon=True)
        self.feed_one()
        self.place.client.reached(self.running[0], "running", 60)
        self.thread.start()
        return self

    def feed_one(self):
        self.running.append(self.place.client.start("demo", testSuite="large")["id"])

    def feed(self):
        client = type(self.place.client)(self.place.url, self.place.client.token)
        while not self.over.wait(1):
            counts = client.execution(self.running[-1])["counts"]
            if counts["pending"] < counts["total"] // 2:
                self.feed_one()

    def finished(self):
        done = self.place.database.number("SELECT COUNT(*) FROM executions WHERE kind = 'case' AND finished_at IS NOT NULL")
        return done, time.monotonic()

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        for run in self.running:
            self.place.client.call("POST", f"/api/v1/executions/{run}/cancellation", (200, 202, 409), json={})
        for run in self.running:
            self.place.client.finished(run, 600)
        self.place.settle(1)
