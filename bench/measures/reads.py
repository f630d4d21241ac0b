"""Requests per second: nginx alone, a bare libfcgi handler, the door, a signed-in read."""
import re
import subprocess

from bench.figures import Figure, ratio
from bench.peers.front import Front
from bench.place import Place

SECONDS, CLIENTS = 3, 32


def load(url, token=None):
    """Requests per second that `wrk` gets answered with 2xx."""
    words = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{SECONDS}s"]
    if token:
        words += ["-H", "Authorization: Bearer " + token]
    text = subprocess.check_output([*words, url], text=True)
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    assert not bad, f"{url}: {bad[0]}"
    return float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])


def measure(rounds):
    with Place() as place, Front(place) as front:
        run = place.client.start(testSuite="smoke")
        place.client.finished(run["id"])
        targets = {
            "nginx return 200": (front.url + "/plain", None),
            "bare libfcgi handler": (front.url + "/bare", None),
            "GET /healthz": (place.url + "/healthz", None),
            "GET /executions/{id}": (f"{place.url}/api/v1/executions/{run['id']}", place.client.token),
        }
        found = {name: [] for name in targets}
        for _ in range(rounds):
            for name, (url, token) in targets.items():
                found[name].append(load(url, token))
    bare = found["bare libfcgi handler"]
    return [Figure(name, "1/s", rates) for name, rates in found.items()] + [
        ratio("GET /healthz ÷ bare libfcgi handler", found["GET /healthz"], bare),
        ratio("GET /executions/{id} ÷ bare libfcgi handler", found["GET /executions/{id}"], bare, must=0.4, aim=0.6),
    ]
