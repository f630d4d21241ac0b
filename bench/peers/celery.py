"""Celery as a peer: late acknowledgement, a Redis that syncs every write, one worker of four processes."""
import json
import pathlib
import shutil
import subprocess
import tempfile

from bench.place import ROOT
from harness.stack import until

HERE = pathlib.Path(__file__).parent
PYTHON = ROOT / ".venv-bench" / "bin" / "python"


class Celery:
    """Redis listens on a unix socket only; everything ends with the block."""

    def __enter__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="assay-celery."))
        self.socket = self.directory / "redis.sock"
        self.children = [subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", self.socket, "--dir", self.directory, "--appendonly", "yes",
             "--appendfsync", "always", "--save", ""], stdout=subprocess.DEVNULL)]
        until(self.socket.exists, 10, "the socket of Redis")
        self.environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(HERE), "REDIS_SOCKET": str(self.socket)}
        with open(self.directory / "worker.log", "w") as log:
            self.children.append(subprocess.Popen(
                [PYTHON, "-m", "celery", "-A", "celery_tasks", "worker", "--concurrency", "4", "--pool", "prefork", "-l", "warning",
                 "--without-gossip", "--without-mingle"], env=self.environment, cwd=self.directory, stdout=log, stderr=log))
        self.producer = subprocess.Popen(
            [PYTHON, HERE / "celery_tasks.py"], env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.run(4)  # waits for the worker
        return self

    def run(self, count):
        """Seconds from the first publish until the last result."""
        self.producer.stdin.write(f"{count}\n")
        self.producer.stdin.flush()
        answer = self.producer.stdout.readline()
        assert answer, f"Celery's producer ended:\n{(self.directory / 'worker.log').read_text()[-2000:]}"
        return json.loads(answer)

    def __exit__(self, *_):
        self.producer.stdin.close()
        self.producer.wait(20)
        redis, worker = self.children
        worker.terminate()
        worker.wait(20)
        redis.terminate()
        redis.wait(20)
        shutil.rmtree(self.directory, ignore_errors=True)
