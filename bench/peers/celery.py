"""Celery as a peer: late acknowledgement, a Redis that syncs every write, one worker of four processes."""
import json
import pathlib
import shutil
import subprocess
import tempfile

from bench.place import ROOT
from harness.stack import until

# What runs in .venv-bench: a folder of its own, because this file is called like the package.
PROGRAMS = pathlib.Path(__file__).parent / "programs"
PYTHON = ROOT / ".venv-bench" / "bin" / "python"


class Celery:
    """Redis listens on a unix socket only; everything ends with the block."""

    def __enter__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="assay-celery."))
        self.children = []  # in the order in which they end
        try:
            self.start()
            self.run(4)  # waits for the worker
        except BaseException:
            self.__exit__()
            raise
        return self

    def start(self):
        socket = self.directory / "redis.sock"
        self.children.append(subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", socket, "--dir", self.directory, "--appendonly", "yes",
             "--appendfsync", "always", "--save", ""], stdout=subprocess.DEVNULL))
        until(socket.exists, 10, "the socket of Redis")
        environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(PROGRAMS), "REDIS_SOCKET": str(socket)}
        with open(self.directory / "worker.log", "w") as log:
            self.children.insert(0, subprocess.Popen(
                [PYTHON, "-m", "celery", "-A", "celery_tasks", "worker", "--concurrency", "4", "--pool", "prefork", "-l", "warning",
                 "--without-gossip", "--without-mingle"], env=environment, cwd=self.directory, stdout=log, stderr=log))
        self.producer = subprocess.Popen(
            [PYTHON, PROGRAMS / "celery_tasks.py"], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.children.insert(0, self.producer)

    def run(self, count):
        """Seconds from the first publish until the last result."""
        self.producer.stdin.write(f"{count}\n")
        self.producer.stdin.flush()
        answer = self.producer.stdout.readline()
        assert answer, f"Celery's producer ended:\n{(self.directory / 'worker.log').read_text()[-2000:]}"
        return json.loads(answer)

    def __exit__(self, *_):
        for child in self.children:
            child.terminate()
            child.wait(20)
        shutil.rmtree(self.directory, ignore_errors=True)
