"""What nginx answers by itself speaks the API's language; strangers cannot make it take much."""
import concurrent.futures
import os
import pathlib
import shutil
import socket
import subprocess

import pytest

from harness.stack import Stack, free_port, until

PROBLEM = "application/problem+json"


def exchange(port, request, seconds=15):
    """Sends bytes and returns status, headers in lower case and body of the first answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as peer:
        peer.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            more = peer.recv(65536)
            if not more:
                break
            answer += more
        head, _, body = answer.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        while len(body) < int(headers.get("content-length", 0)):
            body += peer.recv(65536)
        return int(lines[0].split()[1]), headers, body


def is_problem(answer, status, code):
    import json
    assert answer[0] == status, answer
    assert answer[1]["content-type"] == PROBLEM, answer
    document = json.loads(answer[2])
    assert document["status"] == status and document["code"] == code and document["requestId"], document
    assert document["type"] == f"urn:assay:problem:{code}"
    assert answer[1]["x-content-type-options"] == "nosniff" and "default-src" in answer[1]["content-security-policy"]
    return answer[1]


HOST = b"Host: x\r\n\r\n"


@pytest.mark.parametrize("request_line", [
    b"GET /%00 HTTP/1.1", b"GET /../x HTTP/1.1", b"get / HTTP/1.1", b"\x16\x03\x01\x02", b"GET / HTTP/7.1", b"G T / HTTP/1.1",
    b"GET /%zz HTTP/1.1", b"GET /api/v1/executions/%00/events HTTP/1.1", b"get /api/v1/events HTTP/1.1",
])
def test_garbage_is_a_malformed_request(stack, request_line):
    is_problem(exchange(stack.port, request_line + b"\r\n" + HOST), 400, "malformed_request")


def test_what_is_too_long_says_so(stack):
    for path in (b"/", b"/api/v1/events?"):
        is_problem(exchange(stack.port, b"GET " + path + b"x" * 17000 + b" HTTP/1.1\r\n" + HOST), 414, "uri_too_long")
    is_problem(exchange(stack.port, b"GET / HTTP/1.1\r\nX: " + b"x" * 17000 + b"\r\n" + HOST), 400, "malformed_request")


def test_pages_can_only_be_read(stack):
    for method in (b"POST", b"DELETE", b"PUT"):
        headers = is_problem(
            exchange(stack.port, method + b" /js/app.js HTTP/1.1\r\nContent-Length: 0\r\n" + HOST), 405, "method_not_allowed")
        assert headers["allow"] == "GET, HEAD"
    is_problem(exchange(stack.port, b"GET /no/such.file HTTP/1.1\r\n" + HOST), 404, "not_found")


def test_a_body_that_never_comes_ends_the_connection(stack, tmp_path):
    """The same door with a time-out that a test can wait for. nginx gives no answer then: nobody is there to read it."""
    run, port = stack.home / "run", free_port()
    locations = (run / "locations.conf").read_text()
    assert locations.count("client_body_timeout 30s;") == 1
    (tmp_path / "locations.conf").write_text(locations.replace("client_body_timeout 30s;", "client_body_timeout 1s;"))
    text = (run / "nginx.conf").read_text().replace(f"127.0.0.1:{stack.port}", f"127.0.0.1:{port}")
    text = text.replace(f"{run}/locations.conf", f"{tmp_path}/locations.conf").replace(f"{run}/nginx.pid", f"{tmp_path}/pid")
    (tmp_path / "nginx.conf").write_text(text)
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    nginx = subprocess.Popen([program, "-c", tmp_path / "nginx.conf", "-p", tmp_path, "-e", tmp_path / "error.log"])
    try:
        until(lambda: (tmp_path / "pid").exists(), 10, "nginx")
        head = b"POST /api/v1/auth/login HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 5\r\n" + HOST
        with socket.create_connection(("127.0.0.1", port), timeout=20) as peer:
            peer.sendall(head + b"{")
            try:
                assert peer.recv(65536) == b""
            except ConnectionResetError:
                pass
        assert exchange(port, b"GET /healthz HTTP/1.1\r\n" + HOST)[0] == 200
    finally:
        nginx.terminate()
        nginx.wait(20)


def test_large_bodies_are_read_only_from_somebody(stack, client):
    """Only the head is sent: an answer means that nobody waited for the body."""
    def head(method, path, length, token=None):
        credential = f"Authorization: Bearer {token}\r\n".encode() if token else b""
        kind = b"Transfer-Encoding: chunked\r\n" if length is None else f"Content-Length: {length}\r\n".encode()
        return method + b" " + path + b" HTTP/1.1\r\nContent-Type: application/json\r\n" + kind + credential + HOST
    large = 12 << 20
    for path in (b"/api/v1/executions", b"/api/v1/catalog/apply?project=demo"):
        for length in (large, None):
            for token in (None, "asy_" + "0" * 64):
                headers = is_problem(exchange(stack.port, head(b"POST", path, length, token)), 401, "unauthenticated")
                assert headers["www-authenticate"].startswith("Bearer")
    artifact = b"/agent/v1/executions/01a1fd53-7bd7-79c9-8972-899656f8035e/artifacts/x?fence=1"
    is_problem(exchange(stack.port, head(b"PUT", artifact, large)), 401, "unauthenticated")
    is_problem(exchange(stack.port, head(b"PUT", artifact, 65 << 20)), 413, "body_too_large")
    is_problem(exchange(stack.port, head(b"POST", b"/api/v1/auth/login", 100_000)), 413, "body_too_large")
    is_problem(exchange(stack.port, head(b"POST", b"/api/v1/hooks/x", 6 << 20)), 413, "body_too_large")
    # With a credential the body arrives whole, under its own address.
    body = {"project": "demo", "testCase": "shell-pipeline", "parameters": {f"P{n}": "x" * 60_000 for n in range(100)}}
    run = client.post("/api/v1/executions", body, expect=201)
    assert len(client.execution(run["id"])["parameters"]["P99"]) == 60_000


def test_artifacts_come_in_a_sandbox(client):
    client.add_case("page", [{"name": "page", "command": {"shell": "echo '<script>' > x.html; seq 1 20000", "artifacts": ["x.html"]}}])
    run = client.start(testCase="page")
    client.finished(run["id"])
    for artifact in client.get(f"/api/v1/executions/{run['id']}/artifacts")["items"]:
        answer = client.call("GET", f"/api/v1/executions/{run['id']}/artifacts/{artifact['name']}", 200)
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert client.call("GET", "/api/docs", 200).headers["Content-Security-Policy"].count("unsafe-inline") == 1
    assert "unsafe-inline" not in client.call("GET", "/", 200).headers["Content-Security-Policy"]


@pytest.mark.skipif(os.getuid() != 0, reason="without root everything has one user")
def test_workers_of_nginx_are_not_root(stack):
    master = stack.pids()["nginx"]
    workers = [pathlib.Path(path).parent for path in pathlib.Path("/proc").glob("[0-9]*/stat")
               if parent_of(path) == master]
    assert workers and all(os.stat(worker).st_uid != 0 for worker in workers)


def parent_of(path):
    try:
        return int(path.read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0


def test_one_address_is_limited(tmp_path_factory):
    with Stack(ASSAY_LIMIT_EXEMPT="none", ASSAY_LIMIT_REQUESTS="20", ASSAY_LIMIT_CONNECTIONS="12", ASSAY_AGENTS="0") as own:
        request = b"GET /healthz HTTP/1.1\r\n" + HOST
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: exchange(own.port, request), range(300)))
        refused = [answer for answer in answers if answer[0] != 200]
        assert len(refused) > 100 and {answer[0] for answer in refused} == {429}
        assert is_problem(refused[0], 429, "rate_limited")["retry-after"] == "1"
        # Open requests count too: a login whose body does not come holds one.
        until(lambda: exchange(own.port, request)[0] == 200, 30, "an answer again")
        open_ones = []
        try:
            for _ in range(12):
                peer = socket.create_connection(("127.0.0.1", own.port), timeout=15)
                peer.sendall(b"POST /api/v1/auth/login HTTP/1.1\r\nContent-Length: 5\r\n" + HOST)
                open_ones.append(peer)
            until(lambda: exchange(own.port, request)[0] == 429, 10, "a refusal")
        finally:
            for peer in open_ones:
                peer.close()
        until(lambda: exchange(own.port, request)[0] == 200, 30, "an answer once they are gone")


def test_an_artifact_larger_than_any_other_body_arrives_whole(client):
    client.add_case("talks-much", [{"name": "talk", "command": {"shell": "yes 'a line of a log of more than 16 MiB' | head -n 600000"}}])
    run = client.finished(client.start(testCase="talks-much")["id"])
    artifact = client.get(f"/api/v1/executions/{run['id']}/artifacts")["items"][0]
    assert artifact["bytes"] == 600_000 * len("a line of a log of more than 16 MiB\n") > 16 << 20
    answer = client.call("GET", f"/api/v1/executions/{run['id']}/artifacts/{artifact['name']}", 200)
    assert len(answer.content) == artifact["bytes"]
