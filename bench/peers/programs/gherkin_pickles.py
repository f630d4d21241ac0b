"""Runs in .venv-bench: seconds that gherkin-official takes from a feature file to its messages as JSON."""
import json
import pathlib
import sys
import time

from gherkin.stream.gherkin_events import GherkinEvents

began = time.perf_counter()
uri = sys.argv[1]
source = {"source": {"uri": uri, "data": pathlib.Path(uri).read_text(), "mediaType": "text/x.cucumber.gherkin+plain"}}
lines = [json.dumps(message) for message in GherkinEvents(GherkinEvents.Options(True, True, True)).enum(source)]
print(time.perf_counter() - began, len(lines))
