"""Measures a stack of its own: see bench/run. Rounds are interleaved, because other work on the machine comes and goes."""
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests"))
from harness.stack import Stack, free_port  # noqa: E402

ROUNDS, SECONDS, CLIENTS = 3, 3, 32


def memory(stack):
    """PSS in MiB per role: shared pages are counted once, split among those that share them."""
    children = {}
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            children.setdefault(int(path.read_text().rsplit(")", 1)[1].split()[1]), []).append(int(path.parent.name))
        except OSError:
            pass

    def tree(pid):
        return [pid] + [below for child in children.get(pid, []) for below in tree(child)]

    def pss(pid):
        text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
        return int(re.search(r"(?m)^Pss:\s+(\d+)", text)[1]) / 1024
    found = {role: sum(pss(each) for each in tree(pid)) for role, pid in stack.pids().items()}
    found["up"] = pss(stack.process.pid)
    return found


def side_server(stack, place):
    """nginx `return 200`, and a bare libfcgi handler in the same connection mode, on a port of their own."""
    port = free_port()
    path = place / "bare.sock"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen(4096)
    bare = subprocess.Popen([ROOT / ".build" / "bench" / "bare"], stdin=listener)
    config = place / "nginx.conf"
    config.write_text(f"""
daemon off; {'user root;' if os.getuid() == 0 else ''} worker_processes auto; pid {place}/pid; error_log {place}/log;
events {{ worker_connections 4096; }}
http {{ access_log off; client_body_temp_path {place}/b; fastcgi_temp_path {place}/f; proxy_temp_path {place}/p;
  uwsgi_temp_path {place}/u; scgi_temp_path {place}/s;
  server {{ listen 127.0.0.1:{port} backlog=4096; include {stack.home}/run/fastcgi.conf;
    location /plain {{ default_type application/json; return 200 '{{"status":"ok"}}'; }}
    location /bare {{ fastcgi_pass unix:{path}; }} }} }}""")
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    nginx = subprocess.Popen([program, "-c", config, "-p", place, "-e", place / "log"])
    time.sleep(0.5)
    return port, [nginx, bare]


def load(url, token=None):
    words = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{SECONDS}s", "--latency"]
    if token:
        words += ["-H", "Authorization: Bearer " + token]
    text = subprocess.check_output([*words, url], text=True)
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])
    p99 = re.search(r"99%\s+(\S+)", text)[1]
    return rate, p99, int(bad[1]) if bad else 0


def main():
    with Stack(ASSAY_DB_BUFFER_MIB="128", ASSAY_LOG_LEVEL="warning") as stack, tempfile.TemporaryDirectory() as name:
        place = pathlib.Path(name)
        time.sleep(5)
        idle = memory(stack)
        client = stack.client()
        token = client.api_token("bench")
        run = client.start(testSuite="smoke")
        client.finished(run["id"])
        port, extra = side_server(stack, place)
        targets = {
            "nginx return 200": (f"http://127.0.0.1:{port}/plain", None),
            "bare libfcgi handler": (f"http://127.0.0.1:{port}/bare", None),
            "GET /healthz": (stack.url + "/healthz", None),
            "GET /executions/{id}": (f"{stack.url}/api/v1/executions/{run['id']}", token),
        }
        found = {name: [] for name in targets}
        for _ in range(ROUNDS):
            for name, (url, bearer) in targets.items():
                found[name].append(load(url, bearer))
        for process in extra:
            process.kill()  # libfcgi swallows SIGTERM
    print(f"\nrequests/s, {CLIENTS} clients, {ROUNDS} interleaved rounds of {SECONDS} s, load {os.getloadavg()[0]:.1f}")
    for name, rounds in found.items():
        rates = [rate for rate, _, _ in rounds]
        print(f"  {name:<22} median {statistics.median(rates):>9.0f}   ({min(rates):.0f} to {max(rates):.0f})   "
              f"p99 {rounds[-1][1]:>8}   errors {sum(bad for _, _, bad in rounds)}")
    ours = sum(size for role, size in idle.items() if role != "mariadbd")
    print("\nidle memory, PSS in MiB")
    for role, size in sorted(idle.items()):
        print(f"  {role:<22} {size:>7.1f}")
    print(f"  {'ours and nginx':<22} {ours:>7.1f}  ({'under' if ours < 200 else 'OVER'} 200)")


if __name__ == "__main__":
    main()
