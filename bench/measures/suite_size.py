"""Rate in a suite of 10,000 cases beside the rate in one of 300."""
import os

from bench.figures import Figure, ratio
from bench.place import Place

SMALL, LARGE = 300, int(os.environ.get("SIZE") or 10_000)


def measure(rounds):
    small, large = [], []
    with Place(agent_slots=16) as place:
        place.plant_suite("small", SMALL)
        place.plant_suite("large", LARGE)
        place.run_suite("small")
        for _ in range(rounds):
            small.append(SMALL / place.run_suite("small"))
            place.settle(1)
            large.append(LARGE / place.run_suite("large", 3600))
            place.settle(1)
    return [
        Figure(f"rate in a suite of {SMALL}", "1/s", small),
        Figure(f"rate in a suite of {LARGE}", "1/s", large),
        ratio(f"rate at {LARGE} ÷ rate at {SMALL}", large, small, must=0.9, aim=1),
    ]
