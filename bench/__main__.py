"""Runs the measurements: see bench/run."""
import importlib
import os
import signal
import sys
import time

from bench import figures

# In the order of docs/benchmarks.md; each is a file of bench/measures.
MEASURES = ["throughput", "suite_size", "statements", "idle", "reads", "dispatch", "neighbour", "backlog", "streams", "children", "pages", "endurance", "gherkin", "readers", "imports"]


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench: told to stop"))  # so that what was started is ended
    wanted = os.environ.get("ONLY", "").replace(",", " ").split() or MEASURES
    unknown = [name for name in wanted if name not in MEASURES]
    if unknown:
        sys.exit(f"bench: no measurement {unknown[0]}; ONLY takes {', '.join(MEASURES)}")
    rounds = int(os.environ.get("ROUNDS") or 5)
    found, broken = [], []
    print(f"bench: {rounds} interleaved rounds, load {os.getloadavg()[0]:.1f}", flush=True)
    for name in wanted:
        began = time.monotonic()
        module = importlib.import_module(f"bench.measures.{name}")
        print(f"\n{name}: {module.__doc__.splitlines()[0]}", flush=True)
        try:
            own = module.measure(rounds)
        except Exception as error:  # the others are worth having
            broken.append(name)
            print(f"  BROKEN: {type(error).__name__}: {error}", flush=True)
            continue
        figures.show(own)
        print(f"  ({time.monotonic() - began:.0f} s)", flush=True)
        found += own
    fallen = figures.compare(found) if os.environ.get("COMPARE") else 0
    if os.environ.get("RECORD"):
        figures.record(found)
        print("recorded in docs/benchmarks.json")
    if broken:
        print(f"bench: could not measure {', '.join(broken)}")
    sys.exit(1 if broken or fallen else 0)


if __name__ == "__main__":
    main()
