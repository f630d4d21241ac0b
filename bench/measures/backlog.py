"""Rate with 100,000 blocked work items in front, and with a read view held open, beside the free rate."""
import contextlib
import os
import time

from bench import backlog
from bench.figures import Figure, ratio
from bench.place import Place

CASES = 300
HOLD_SECONDS = int(os.environ.get("HOLD") or 60)


def measure(rounds):
    """Two stacks take turns: an empty one, and one with the backlog."""
    figures, free_rates = [], []
    with Place(agent_slots=16) as free:
        free.plant_suite("free", CASES)
        free.run_suite("free")
        for kind in backlog.KINDS:
            # The holder of the one key has a slot of its own.
            with Place(agent_slots=17 if kind == "one key" else 16) as full:
                full.plant_suite("free", CASES)
                backlog.plant(full, kind)
                full.run_suite("free")
                pairs = [(CASES / free.run_suite("free"), CASES / full.run_suite("free")) for _ in range(rounds)]
            alone, behind = zip(*pairs)
            free_rates += alone
            figures.append(ratio(f"rate behind {backlog.COUNT} items, {kind} ÷ free", behind, alone, must=0.9))
        pairs = [held_view(free) for _ in range(rounds)]
    alone, held = zip(*pairs)
    return [Figure("free rate", "1/s", free_rates + list(alone)), *figures,
            ratio(f"rate under a read view of {HOLD_SECONDS} s ÷ free", held, alone, must=0.9)]


def held_view(place):
    """(free rate, rate of the last suite that ran when the view was HOLD_SECONDS old)."""
    alone = CASES / place.run_suite("free")
    with contextlib.closing(View(place.database)):
        began = time.monotonic()
        while True:
            rate = CASES / place.run_suite("free")
            if time.monotonic() - began > HOLD_SECONDS:
                break
    place.settle(5)  # the purge catches up
    return alone, rate


class View:
    def __init__(self, database):
        self.session = database.session()
        self.session.stdin.write("START TRANSACTION WITH CONSISTENT SNAPSHOT; SELECT COUNT(*) >= 0 FROM executions;\n")
        self.session.stdin.flush()
        assert self.session.stdout.readline() == "1\n"

    def close(self):
        self.session.stdin.close()
        self.session.wait(20)
