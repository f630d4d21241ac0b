"""The database goes away for longer than any pause between tries: every loop that failed comes back by itself."""
import json

from harness.stack import until


def said(stack, event):
    """Names of the loops that logged `event`, with the highest number of failures each has told of."""
    found = {}
    for line in (stack.home / "log" / "assay.log").read_text(errors="replace").splitlines():
        if f'"event":"{event}"' in line:
            entry = json.loads(line)
            found[entry["loop"]] = max(found.get(entry["loop"], 0), entry["failures"])
    return found


def test_after_an_outage_every_loop_is_back(stack, client):
    data = stack.home / "database" / "data"
    away = data.with_name("data.away")
    data.rename(away)  # or the supervisor would have the database back in a moment
    try:
        stack.kill("mariadbd")
        # The eighth failure is told: by then pauses have grown as long as they get, and every lease has run out.
        # A loop that rested when it began notices at its next turn, up to 2 s later.
        until(lambda: all(said(stack, "loop.failed").get(loop, 0) >= 8 for loop in ("leaderships", "events"))
              and {"engine", "suites", "deliveries"} <= set(said(stack, "loop.failed")), 60, "an outage that every loop noticed")
    finally:
        away.rename(data)
    failed = set(said(stack, "loop.failed"))
    assert not failed & set(said(stack, "loop.recovered")), "nothing can be well before the database is"
    until(lambda: failed <= set(said(stack, "loop.recovered")), 60, "the recovery of every loop")
    until(stack.is_ready, 30, "a ready stack")
    client.finished(client.start(testSuite="smoke")["id"])
