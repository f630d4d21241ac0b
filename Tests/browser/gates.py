"""Cases that go on when a test says so: each waits for a file of its own."""
import pathlib
import tempfile
import uuid


class Gate:
    def __init__(self):
        self.path = pathlib.Path(tempfile.gettempdir()) / f"assay-gate-{uuid.uuid4()}"  # where the agent's own user may look

    def case(self, key, name, then="true"):
        shell = f"until test -e {self.path}; do sleep 0.05; done; {then}"
        steps = [{"name": "begin", "command": {"argv": ["true"]}}, {"name": "wait for the test", "command": {"shell": shell}}]
        return {"key": key, "name": name, "type": "generic", "steps": steps}

    def open(self):
        self.path.touch()


def started(client, key, gates, name=None, parallel=4):
    """A run of a suite of gated cases: `gates` maps a case's name to (gate, what it then does)."""
    cases = [gate.case(f"{key}-{at}", title, then) for at, (title, (gate, then)) in enumerate(gates.items())]
    client.apply({"testCases": cases, "testSuites": [
        {"key": key, "name": name or key, "cases": [one["key"] for one in cases], "options": {"parallel": parallel}}]})
    return client.start(testSuite=key)
