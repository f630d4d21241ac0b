"""sse-starlette under uvicorn as a peer: one process, a queue for each stream."""
import json
import subprocess
import urllib.request

from bench.peers.celery import PROGRAMS, PYTHON
from bench.peers.front import answers
from harness.stack import free_port, until


class Starlette:
    def __enter__(self):
        self.port = free_port()
        self.child = subprocess.Popen(
            [PYTHON, "-m", "uvicorn", "starlette_app:app", "--host", "127.0.0.1", "--port", str(self.port), "--backlog", "4096",
             "--log-level", "error", "--no-access-log"], cwd=PROGRAMS, env={"PATH": "/usr/bin:/bin"})
        until(lambda: answers(self.port), 15, "uvicorn")
        return self

    def broadcast(self):
        """Publishes one event; answers the moment before, in seconds of the wall clock."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/publish", timeout=60) as answer:
            return json.load(answer)["at"]

    def __exit__(self, *_):
        self.child.kill()  # a graceful end would wait for thousands of streams
        self.child.wait(10)
