"""An idle stack without a client: statements, commits and processor time per second, memory."""
import os
import time

from bench.figures import Figure
from bench.place import Place
from bench.work import Counters

SECONDS = int(os.environ.get("IDLE") or 30)
MEMORY_LIMIT_MIB = 200


def measure(rounds):
    statements, commits, busiest, total, cpu, memory = [], [], [], [], {}, {}
    with Place(ASSAY_DB_BUFFER_MIB="128") as place:
        counters = Counters(place.database)
        place.settle(10)
        for _ in range(rounds):
            before = place.cpu_seconds()
            work = counters.between(lambda: time.sleep(SECONDS))
            shares = {role: 100 * (used - before[role]) / work.at for role, used in place.cpu_seconds().items()}
            statements.append(work.statements / work.at)
            commits.append(work.commits / work.at)
            # The database is not ours, but it works for us: its share is shown, not judged.
            ours = {role: share for role, share in shares.items() if role != "mariadbd"}
            busiest.append(max(ours.values()))
            total.append(sum(ours.values()))
            for role, share in shares.items():
                cpu.setdefault(role, []).append(share)
            for role, size in place.memory().items():
                memory.setdefault(role, []).append(size)
    sums = [sum(sizes) for sizes in zip(*(sizes for role, sizes in memory.items() if role != "mariadbd"))]
    return [
        Figure("idle statements", "1/s", statements, must=10, more_is_better=False, portable=True),
        Figure("idle commits", "1/s", commits, must=1, more_is_better=False, portable=True),
        Figure("idle CPU of our busiest process", "% of a core", busiest, must=0.5, more_is_better=False),
        Figure("idle CPU of all our processes", "% of a core", total, more_is_better=False),
        *(Figure(f"idle CPU of {role}", "% of a core", shares, more_is_better=False) for role, shares in sorted(cpu.items())),
        Figure("idle memory, ours and nginx", "MiB", sums, must=MEMORY_LIMIT_MIB, more_is_better=False, portable=True),
        *(Figure(f"idle memory of {role}", "MiB", sizes, more_is_better=False) for role, sizes in sorted(memory.items())),
    ]
