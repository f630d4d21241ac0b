"""nginx `return 200`, and a bare libfcgi handler in the stack's connection mode, on a port of their own."""
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile

from bench.place import ROOT
from harness.stack import free_port, until


class Front:
    def __init__(self, place):
        self.place = place
        self.port = free_port()
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="assay-front."))
        self.children = []

    def __enter__(self):
        path = self.directory / "bare.sock"
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(path))
        listener.listen(4096)
        self.children.append(subprocess.Popen([ROOT / ".build" / "bench" / "bare"], stdin=listener))
        config = self.directory / "nginx.conf"
        config.write_text(self.configuration(path))
        program = shutil.which("nginx", path="/usr/sbin:/usr/bin")
        words = [program, "-c", config, "-p", self.directory, "-e", self.directory / "log"]
        self.children.append(subprocess.Popen(words))
        until(lambda: answers(self.port), 10, "nginx of the peers")
        return self

    def configuration(self, bare):
        here = self.directory
        return f"""
daemon off; {'user root;' if os.getuid() == 0 else ''} worker_processes auto; pid {here}/pid; error_log {here}/log;
events {{ worker_connections 4096; }}
http {{ access_log off; client_body_temp_path {here}/b; fastcgi_temp_path {here}/f; proxy_temp_path {here}/p;
  uwsgi_temp_path {here}/u; scgi_temp_path {here}/s;
  server {{ listen 127.0.0.1:{self.port} backlog=4096; include {self.place.stack.home}/run/fastcgi.conf;
    location /plain {{ default_type application/json; return 200 '{{"status":"ok"}}'; }}
    location /bare {{ fastcgi_pass unix:{bare}; }} }} }}"""

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def __exit__(self, *_):
        for child in reversed(self.children):
            # libfcgi swallows SIGTERM; nginx must tell its workers.
            child.kill() if child is self.children[0] else child.terminate()
            child.wait(10)
        shutil.rmtree(self.directory, ignore_errors=True)


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False
