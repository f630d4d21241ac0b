"""A feature of 10,000 scenarios to tree and pickles, beside gherkin-official on the same file."""
import pathlib
import subprocess
import tempfile
import time

from bench.figures import Figure, ratio
from bench.place import ROOT

SCENARIOS = 10_000
ASSAY = ROOT / ".build" / "release" / "assay"
PEER = [ROOT / ".venv-bench" / "bin" / "python", ROOT / "bench" / "peers" / "programs" / "gherkin_pickles.py"]


def measure(rounds):
    with tempfile.TemporaryDirectory() as place:
        path = pathlib.Path(place) / "big.feature"
        path.write_text("\n".join(["Feature: big", "  Background:", "    Given a shop", *map(scenario, range(SCENARIOS))]) + "\n")
        pairs = [(ours(path), peers(path)) for _ in range(rounds)]
    own, official = zip(*pairs)
    # Ours is the whole command, start and output included; the peer only its work, after its start.
    return [
        Figure(f"{SCENARIOS} scenarios to messages", "s", own, must=1, more_is_better=False),
        Figure("the same, gherkin-official", "s", official, more_is_better=False),
        ratio("gherkin-official's time ÷ ours", official, own, must=3),
    ]


def scenario(number):
    return f"""
  @tag{number % 7}
  Scenario: number {number}
    Given there are {number} cucumbers
    When I eat of them
      | kind  | count |
      | green | 3     |
    Then there are fewer"""


def ours(path):
    began = time.perf_counter()
    done = subprocess.run([ASSAY, "gherkin", "parse", "--format", "messages", path], stdout=subprocess.PIPE, check=True)
    taken = time.perf_counter() - began
    assert done.stdout.count(b"\n") == SCENARIOS + 2, done.stdout[:200]
    return taken


def peers(path):
    seconds, count = subprocess.check_output([*PEER, path], text=True).split()
    assert int(count) == SCENARIOS + 2
    return float(seconds)
