"""Statements and commits of a one-step case, all loops included, above the idle rate."""
import time

from bench.figures import Figure
from bench.place import Place
from bench.work import Counters

CASES, IDLE_SECONDS = 300, 10


def measure(rounds):
    """Each round: ten idle seconds, then a suite of 300 and what its folds still do, less the idle rate of that time."""
    statements, commits = [], []
    with Place(agent_slots=16) as place:
        place.plant_suite("count", CASES)
        place.run_suite("count")
        counters = Counters(place.database)

        def suite():
            place.run_suite("count")
            time.sleep(3)
        for _ in range(rounds):
            place.settle(3)
            idle = counters.between(lambda: time.sleep(IDLE_SECONDS))
            busy = counters.between(suite)
            statements.append((busy.statements - idle.statements * busy.at / idle.at) / CASES)
            commits.append((busy.commits - idle.commits * busy.at / idle.at) / CASES)
    return [
        Figure("statements a case", "", statements, must=30, aim=15, more_is_better=False, portable=True),
        Figure("commits a case", "", commits, must=3, aim=1.5, more_is_better=False, portable=True),
    ]
