"""POST → agent has the job, idle, through nginx."""
import os
import random
import statistics
import time

from bench.figures import Figure, percentile, ratio
from bench.limits import sync_ms
from bench.place import NO_OP, Place
from bench.protocol_agent import Door, ProtocolAgent

SAMPLES = int(os.environ.get("SAMPLES") or 200)
# A durable start and a durable offer; accept commits a third time before the agent has the definition.
COMMITS = 3


def sample(place, agent, project, count, pause):
    """(offered, held) in ms from the moment before the POST, `count` times, each after a random pause of up to `pause` s."""
    door = Door(place.url, place.client.token)
    offered, held = [], []
    for _ in range(count):
        time.sleep(random.uniform(pause / 6, pause))  # no step with the loops
        began = time.monotonic()
        run = door.call("POST", "/api/v1/executions", {"project": project, "testCase": "quick"})
        seen, has = agent.got(run["id"])
        offered.append((seen - began) * 1000)
        held.append((has - began) * 1000)
    return offered, held


def measure(rounds):
    """The only agent is one that notes the moments itself. `held`: accept was answered, the agent has the definition."""
    p50, p99, offered50, best = [], [], [], []
    with Place(ASSAY_AGENTS="0") as place:
        place.client.add_case("quick", NO_OP)
        with ProtocolAgent(place, "latency") as agent:
            sample(place, agent, "demo", 10, 0.1)
            place.settle()
            for _ in range(rounds):
                best.append(COMMITS * statistics.median(sync_ms(place.stack.home)))
                offered, held = sample(place, agent, "demo", SAMPLES, 0.3)
                p50.append(statistics.median(held))
                p99.append(percentile(held, 99))
                offered50.append(statistics.median(offered))
    return [
        Figure("POST → agent has the job, p50", "ms", p50, must=10, aim=5, more_is_better=False),
        Figure("POST → agent has the job, p99", "ms", p99, must=40, aim=20, more_is_better=False),
        Figure("POST → offer at the agent, p50", "ms", offered50, more_is_better=False),
        Figure(f"{COMMITS} synced writes of this disk", "ms", best, more_is_better=False),
        ratio(f"{COMMITS} synced writes ÷ POST → agent has the job", best, p50),
    ]
