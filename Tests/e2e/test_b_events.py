"""Server-Sent Events: ordered, resumable at any point, without loss and without a duplicate."""
import random
import threading

from harness.events import EventStream, read_all


def facts(events):
    return [(event.id, event.type) + event.key for event in events if event.id]


def many_steps(client, count=60, pause=""):
    steps = [{"name": f"step {n}", "command": {"shell": f"{pause}echo {n}"}} for n in range(1, count + 1)]
    client.add_case("many-steps", steps)
    return client.start(testCase="many-steps")["id"]


def read_with_cuts(stack, client, execution, cuts, pick):
    """Reads to the end, cutting and resuming `cuts` times after a random number of events."""
    path, last, found = f"/api/v1/executions/{execution}/events", None, []
    for turn in range(cuts + 1):
        budget = pick() if turn < cuts else 1_000_000
        with EventStream(stack.url, path, client.token, last) as stream:
            for event in stream:
                if event.type == "end":
                    return found
                if event.id:
                    found.append(event)
                    last = event.id
                budget -= 1
                if budget <= 0:
                    break
    raise AssertionError("closed without `end`")


def test_events_are_ordered_and_dense(stack, client):
    execution = many_steps(client)
    events = read_all(stack.url, f"/api/v1/executions/{execution}/events", client.token)
    numbered = [event for event in events if event.id]
    assert [event.data["seq"] for event in numbered] == list(range(1, len(numbered) + 1))
    positions = [tuple(map(int, event.id.split("."))) for event in numbered]
    assert positions == sorted(set(positions))
    assert numbered[0].type == "execution.queued" and numbered[-1].type == "execution.finished"
    assert events[-1].type == "end" and events[-1].data["status"] == "passed"
    covered = [n for event in numbered if event.type == "execution.steps"
               for n in range(event.data["firstSeq"], event.data["lastSeq"] + 1)]
    assert covered == list(range(1, 61))


def test_hundred_cuts_lose_nothing(stack, client):
    random.seed(20261121)
    execution = many_steps(client, pause="sleep 0.05; ")
    # While it runs: every cut falls between whatever the engine commits next.
    live = read_with_cuts(stack, client, execution, 40, lambda: random.randint(1, 3))
    client.finished(execution)
    reference = facts(read_all(stack.url, f"/api/v1/executions/{execution}/events", client.token))
    assert facts(live) == reference
    # From the record: each round cuts once at a random point.
    for _ in range(60):
        found = read_with_cuts(stack, client, execution, 1, lambda: random.randint(1, len(reference)))
        assert facts(found) == reference


def test_project_stream_carries_a_suite(stack, client):
    seen, opened = [], threading.Event()

    def listen():
        with EventStream(stack.url, "/api/v1/events?project=demo", client.token) as stream:
            opened.set()
            for event in stream:
                seen.append(event)
                if event.type == "execution.finished" and event.data.get("parent") is None:
                    return

    reader = threading.Thread(target=listen, daemon=True)
    reader.start()
    assert opened.wait(10)
    run = client.start(testSuite="failing")["id"]
    reader.join(60)
    assert not reader.is_alive()
    mine = [event for event in seen if event.data.get("root") == run and event.id]
    assert {event.type for event in mine} >= {"execution.queued", "execution.started", "execution.finished"}
    by_execution = {}
    for event in mine:
        by_execution.setdefault(event.data["execution"], []).append(event.data["seq"])
    assert len(by_execution) == 3
    for numbers in by_execution.values():
        assert numbers == sorted(set(numbers))


def test_cursor_out_of_range_is_reset(stack, client):
    with EventStream(stack.url, "/api/v1/events?project=demo", client.token, last="999999999999.1") as stream:
        assert next(iter(stream)).type == "reset"


def test_logout_closes_the_stream(stack):
    other = stack.client()
    with EventStream(stack.url, "/api/v1/events?project=demo", other.token, timeout=15) as stream:
        other.call("POST", "/api/v1/auth/logout", 204)
        for _ in stream:
            pass  # ends because the server closes it; a stream left open runs into the time limit
