"""One private stack, started by `assay-server up` in a temporary ASSAY_HOME."""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from harness.client import Client

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / ".build" / os.environ.get("BUILD", "debug")


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, seconds=20, what="it", every=0.05):
    """Polls `condition` and returns its first true value; says what it waited for when there is none."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not happen within {seconds} s")
        time.sleep(every)


def is_running(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class Stack:
    def __init__(self, home=None, port=None, **environment):
        self.home = pathlib.Path(home or tempfile.mkdtemp(prefix="assay-e2e."))
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ, "ASSAY_HOME": str(self.home), "ASSAY_PORT": str(self.port), "LLVM_PROFILE_FILE": "/dev/null",
            "ASSAY_DB_BUFFER_MIB": "64", **environment,
        }
        self.process = None
        self.said = ""

    def start(self, seconds=90):
        with open(self.home / "up.out", "w") as out, open(self.home / "up.err", "a") as err:
            self.process = subprocess.Popen([BUILD / "assay-server", "up"], env=self.environment, cwd=ROOT, stdout=out, stderr=err)

        def ready():
            self.said = (self.home / "up.out").read_text()
            if self.process.poll() is not None:
                raise AssertionError(f"up ended with {self.process.returncode}\n{self.logs()}")
            return "Ctrl-C stops it" in self.said
        try:
            until(ready, seconds, "a ready stack")
        except AssertionError as error:
            self.stop()
            raise AssertionError(f"{error}\n{self.logs()}") from None
        return self

    def stop(self, seconds=40):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(seconds)
        return self.process.returncode if self.process else None

    def remove(self):
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.remove()

    def pids(self):
        """Role name → process id, as the supervisor writes them."""
        try:
            lines = (self.home / "run" / "roles").read_text().split("\n")
        except FileNotFoundError:
            return {}
        return {line.split()[0]: int(line.split()[1]) for line in lines if line}

    def kill(self, role, number=signal.SIGKILL):
        pid = self.pids()[role]
        os.kill(pid, number)
        return pid

    @property
    def database_socket(self):
        return self.home / "database" / "db.sock"

    @property
    def sql_words(self):
        return ["mariadb", "--no-defaults", "--user=root", f"--socket={self.database_socket}", "--batch", "--skip-column-names", "assay"]

    def sql(self, statement):
        """What the database answers, as root, without going through any role; rows by line, columns by tab."""
        done = subprocess.run([*self.sql_words, "-e", statement], capture_output=True, text=True, errors="replace")
        assert done.returncode == 0, f"{statement[:200]}: {done.stderr}"
        return done.stdout.rstrip("\n")

    def is_ready(self):
        return self.client(login=False).status("/readyz") == 200

    def credentials(self):
        return json.loads((self.home / "credentials.json").read_text())

    def client(self, login=True):
        known = self.credentials()
        client = Client(self.url)
        return client.login(known["email"], known["password"]) if login else client

    def assay(self, *words, **environment):
        """Runs the command line client with an API token of the admin."""
        with self.assay_started(*words, **environment) as process:
            out, errors = process.communicate(timeout=120)
        return subprocess.CompletedProcess(process.args, process.returncode, out, errors)

    def assay_started(self, *words, **environment):
        """The same, while it runs."""
        if not hasattr(self, "token"):
            self.token = self.client().api_token("cli")
        return subprocess.Popen(
            [BUILD / "assay", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "LLVM_PROFILE_FILE": "/dev/null", "HOME": str(self.home), "ASSAY_URL": self.url,
                 "ASSAY_TOKEN": self.token, "ASSAY_PROJECT": "demo", **environment})

    def logs(self, lines=40):
        found = []
        for path in [self.home / "up.err", *sorted((self.home / "log").glob("*.log"))]:
            if path.exists() and path.name != "access.log":
                found.append(f"── {path.name}\n" + "\n".join(path.read_text(errors="replace").splitlines()[-lines:]))
        return "\n".join(found)
