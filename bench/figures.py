"""Figures of a run: medians over rounds, what they must reach, how they stand beside those of docs/benchmarks.json."""
import dataclasses
import json
import os
import pathlib
import platform
import statistics
import subprocess

from bench.place import ROOT

RECORD = ROOT / "docs" / "benchmarks.json"
FALL = 0.2


@dataclasses.dataclass
class Figure:
    """One number. `samples` holds a value of each round; the figure is their median."""
    name: str
    unit: str
    samples: list
    must: float | None = None
    aim: float | None = None
    more_is_better: bool = True
    # Holds on any machine: a ratio of two parts of one run, or a count. Only these are compared with the record.
    portable: bool = False
    note: str = ""

    @property
    def value(self):
        return statistics.median(self.samples)

    def reaches(self, limit):
        return self.value >= limit if self.more_is_better else self.value <= limit

    @property
    def verdict(self):
        if self.must is None:
            return ""
        if not self.reaches(self.must):
            return "MISSED"
        return "aim reached" if self.aim is not None and self.reaches(self.aim) else "reached"

    def json(self):
        return {key: value for key, value in {
            "value": round(self.value, 4), "unit": self.unit, "least": round(min(self.samples), 4),
            "most": round(max(self.samples), 4), "rounds": len(self.samples), "must": self.must, "aim": self.aim,
            "moreIsBetter": self.more_is_better, "portable": self.portable, "note": self.note}.items() if value not in (None, "")}


def ratio(name, over, under, **more):
    """`over` ÷ `under`, round by round: both numbers of a pair saw the same machine."""
    return Figure(name, "×", [a / b for a, b in zip(over, under)], portable=True, **more)


def percentile(values, share):
    """The smallest value that `share` percent of `values` do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)]


def show(figures):
    for figure in figures:
        limit = "" if figure.must is None else f"{'≥' if figure.more_is_better else '≤'} {figure.must:g}"
        aim = "" if figure.aim is None else f"aim {figure.aim:g}"
        print(f"  {figure.name:<46} {figure.value:>11.4g} {figure.unit:<12} ({min(figure.samples):.4g} to {max(figure.samples):.4g})"
              f"  {limit:<8} {aim:<8} {figure.verdict}  {figure.note}".rstrip(), flush=True)


def compare(figures):
    """Prints what is a fifth worse than in the record; returns how many are."""
    if not RECORD.exists():
        print(f"\nnothing to compare with: {RECORD} is missing, RECORD=1 makes it")
        return 0
    known = json.loads(RECORD.read_text())["figures"]
    fallen = []
    for figure in figures:
        before = known.get(figure.name, {}).get("value")
        if not figure.portable or not before or not figure.value:
            continue
        share = figure.value / before if figure.more_is_better else before / figure.value
        if share <= 1 - FALL:
            fallen.append(f"  {figure.name}: {figure.value:.4g} {figure.unit}, was {before:.4g}: {100 * (1 - share):.0f} % worse")
    print("\ncompared with docs/benchmarks.json: " + ("nothing fell by a fifth" if not fallen else "\n" + "\n".join(fallen)))
    return len(fallen)


def machine():
    words = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    return {"cores": os.cpu_count(), "system": platform.platform(), "load": round(os.getloadavg()[0], 1), "commit": words}


def record(figures, path=RECORD):
    """Writes `figures` over those of the same name; measurements that did not run keep theirs."""
    path = pathlib.Path(path)
    known = json.loads(path.read_text()) if path.exists() else {"figures": {}}
    for figure in figures:
        known["figures"][figure.name] = figure.json() | {"machine": machine()}
    path.write_text(json.dumps(known, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
