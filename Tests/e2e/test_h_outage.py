"""The database goes away for longer than any pause between tries: every loop that failed comes back by itself."""
import json
import os
import signal

from harness.stack import until


def said(stack, event, role="scheduler"):
    """Names of the loops that logged `event`, with the highest number of failures each has told of."""
    found = {}
    for line in (stack.home / "log" / f"{role}.log").read_text(errors="replace").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if entry.get("event", entry.get("message")) == event:
            found[entry["loop"]] = max(found.get(entry["loop"], 0), entry["failures"])
    return found


def test_after_an_outage_every_loop_is_back(stack, client):
    supervisor = stack.process.pid
    os.kill(supervisor, signal.SIGSTOP)  # or it would have the database back in a moment
    try:
        stack.kill("mariadbd")
        # The eighth failure is told: by then pauses have grown as long as they get.
        until(lambda: len([1 for count in said(stack, "loop.failed").values() if count >= 8]) >= 5, 60, "a long outage")
    finally:
        os.kill(supervisor, signal.SIGCONT)
    failed = set(said(stack, "loop.failed"))
    until(lambda: failed <= set(said(stack, "loop.recovered")), 30, "the recovery of every loop")
    until(stack.is_ready, 30, "a ready stack")
    client.finished(client.start(testSuite="smoke")["id"])
