"""No-op cases per second with one agent of 16 slots, beside Celery."""
from bench.figures import Figure, ratio
from bench.peers.celery import Celery
from bench.place import Place

CASES = 300


def measure(rounds):
    """Each round runs a suite of 300 cases, then 300 Celery tasks that start the same `true`."""
    ours, theirs = [], []
    with Place(agent_slots=16) as place, Celery() as celery:
        place.plant_suite("rate", CASES)
        place.run_suite("rate")
        celery.run(CASES)
        for _ in range(rounds):
            ours.append(CASES / place.run_suite("rate"))
            place.settle(1)
            theirs.append(CASES / celery.run(CASES))
    return [
        Figure("no-op cases", "1/s", ours),
        Figure("Celery tasks", "1/s", theirs),
        ratio("no-op cases ÷ Celery tasks", ours, theirs, must=1.5, aim=3),
    ]
