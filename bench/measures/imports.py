"""Results a second through the API, rows and events written, beside the same rows written by bulk-bound inserts alone."""
import json
import os
import subprocess
import time

from bench.figures import Figure, ratio
from bench.place import Place, ROOT

RESULTS = int(os.environ.get("RESULTS") or 50_000)


def body(number):
    """A run of our own format, most of it passed: as a unit test suite is."""
    lines = [{"run": {"key": f"import-{number}", "name": "Imported", "suite": "imported", "branch": "main"}}]
    for at in range(RESULTS):
        error = {"error": {"type": "AssertionError", "message": f"want {at}, got {at + 1}"}} if at % 50 == 0 else {}
        lines.append({"result": {"test": f"package.of{at // 100}.Case.test_{at}", "status": "failed" if error else "passed",
                                 "durationMs": at % 300, **error}})
    return "\n".join(map(json.dumps, lines)).encode()


def measure(rounds):
    ours, raw = [], []
    with Place() as place:
        for number in range(rounds):
            began = time.monotonic()
            place.client.call("POST", "/api/v1/results?project=demo&format=ndjson", (201, 202), data=body(number), timeout=600)
            root = place.client.get("/api/v1/executions?project=demo&suite=imported&limit=1")["items"][0]
            place.client.finished(root["id"], 600)
            ours.append(RESULTS / (time.monotonic() - began))
            seconds = float(subprocess.check_output(
                [ROOT / ".build/bench/bulk", place.stack.database_socket, "assay", root["id"]], text=True))
            raw.append(RESULTS / seconds)
            place.settle()
    return [
        Figure(f"results through the API, a run of {RESULTS}", "results/s", ours, must=20_000),
        Figure("the same rows, bulk-bound inserts alone", "results/s", raw),
        ratio("results through the API ÷ bulk-bound inserts", ours, raw),
    ]
