"""Bad input gets a clear problem, writes nothing and crashes nobody."""
import base64
import json
import socket
import struct

import pytest

PROBLEM = "application/problem+json"


def is_problem(answer, status, code=None):
    assert answer.status_code == status, f"{answer.status_code} {answer.text[:500]}"
    assert answer.headers["Content-Type"].startswith(PROBLEM), answer.headers
    body = answer.json()
    assert body["status"] == status and body["code"] and body["requestId"], body
    assert code is None or body["code"] == code, body
    return body


@pytest.fixture(autouse=True)
def nobody_dies(stack):
    """A Swift trap kills the process: the same roles must live before and after each test."""
    before = stack.pids()
    yield
    assert stack.pids() == before
    assert stack.client(login=False).status("/readyz") == 200


def test_seventeen_mebibytes_are_refused(client):
    body = b'{"project":"' + b"x" * (17 << 20) + b'"}'
    is_problem(client.call("POST", "/api/v1/executions", data=body, headers={"Content-Type": "application/json"}), 413)


@pytest.mark.parametrize("body", [
    b"", b"{", b"nul", b"[1,]", b'{"a":1}{"b":2}', b'{"project":"demo",}', b'{"a":"\\ud800"}', b"[" * 100 + b"]" * 100,
    b'{"a":' * 100 + b"1" + b"}" * 100, b'{"project":"\xff\xfe"}', b'{"a":1e999}', b'{"a":99999999999999999999999}',
    b"\x00", b"\xef\xbb\xbf{}", b'{"project":"demo","testCase":"x\x00y"}',
])
def test_malformed_json_is_a_problem(client, body):
    answer = client.call("POST", "/api/v1/executions", data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422), f"{body[:40]!r}: {answer.status_code} {answer.text[:300]}"
    is_problem(answer, answer.status_code)


def test_fields_are_named(client):
    answer = client.call("POST", "/api/v1/executions", json={"project": "demo", "testCase": 7, "prioritee": "high"})
    pointers = {fault["pointer"] for fault in is_problem(answer, 422)["errors"]}
    assert {"/testCase", "/prioritee"} <= pointers


@pytest.mark.parametrize("text", ["' OR 1=1 -- ", "\"; DROP TABLE executions; --", "\\'; SELECT SLEEP(5) #", "%00", "😀" * 50, "a" * 5000])
def test_sql_in_every_string(client, text):
    known = client.get("/api/v1/executions?project=demo&limit=1")["items"]
    for path in ("executions?project={}", "executions?project=demo&q={}", "executions?project=demo&branch={}",
                 "executions?project=demo&status={}", "test-cases?project=demo&q={}", "executions/{}", "test-suites/{}",
                 "executions?project=demo&cursor={}", "executions?project=demo&limit={}"):
        answer = client.call("GET", "/api/v1/" + path.replace("{}", requests_quote(text)), timeout=20)
        assert answer.status_code in (200, 400, 404, 414, 422), f"{path}: {answer.status_code} {answer.text[:300]}"
    for body in ({"project": text, "testCase": "x"}, {"project": "demo", "testCase": text},
                 {"project": "demo", "testCase": "shell-pipeline", "environment": text}):
        answer = client.call("POST", "/api/v1/executions", json=body)
        is_problem(answer, answer.status_code)
        assert answer.status_code in (404, 422)
    assert client.get("/api/v1/executions?project=demo&limit=1")["items"] == known


def requests_quote(text):
    from urllib.parse import quote
    return quote(text, safe="")


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_forged_tokens(stack, client):
    head, claims, signature = stack.client().token.split(".")
    forged = [
        f"{part({'alg': 'none', 'typ': 'JWT'})}.{claims}.", f"{part({'alg': 'none'})}.{claims}.{signature}",
        f"{head}.{part({'sub': 'x', 'exp': 4102444800})}.{signature}", f"{head}.{claims}.{signature[::-1]}", f"{head}.{claims}",
        "a.b.c", "", "x" * 9000, "assay_" + "0" * 64,
    ]
    for token in forged:
        answer = client.call("GET", "/api/v1/executions?project=demo", headers={"Authorization": "Bearer " + token})
        assert answer.status_code in (400, 401), f"{token[:40]}: {answer.status_code}"
        is_problem(answer, answer.status_code)


def test_foreign_ids_do_not_exist(stack, client):
    """Bob is a member of his own project only: everything of `demo` is a 404 for him."""
    run = client.start(testCase="shell-pipeline")
    client.finished(run["id"])
    case = client.get("/api/v1/test-cases?project=demo&limit=1")["items"][0]
    client.post("/api/v1/projects", {"key": "bobs", "name": "Bob's"}, expect=201)
    bob = client.post("/api/v1/users", {"email": "bob@example.org", "name": "Bob", "password": "a long password of bob"}, expect=201)
    client.put(f"/api/v1/projects/bobs/members/{bob['id']}", {"role": "test_manager"})
    his = type(client)(stack.url).login("bob@example.org", "a long password of bob")
    for path in (f"executions/{run['id']}", f"executions/{run['id']}/trace", f"executions/{run['id']}/events",
                 f"executions/{run['id']}/artifacts", f"test-cases/{case['id']}", "executions?project=demo", "projects/demo"):
        is_problem(his.call("GET", "/api/v1/" + path), 404)
    is_problem(his.call("POST", f"/api/v1/executions/{run['id']}/cancellation", json={}), 404)
    is_problem(his.call("POST", "/api/v1/executions", json={"project": "demo", "testCase": "shell-pipeline"}), 404)
    is_problem(his.call("GET", "/api/v1/audit"), 403)


def test_cookie_writes_need_the_same_origin(stack):
    import requests
    known = stack.credentials()
    browser = requests.Session()
    answer = browser.post(stack.url + "/api/v1/auth/login", json={"email": known["email"], "password": known["password"]})
    cookies = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookies and "SameSite=Strict" in cookies and "assay_access" in cookies
    body = {"project": "demo", "testCase": "shell-pipeline"}
    assert browser.post(stack.url + "/api/v1/executions", json=body, headers={"Origin": "http://evil.example"}).status_code == 403
    assert browser.post(stack.url + "/api/v1/executions", json=body, headers={"Origin": stack.url}).status_code == 201


def record(kind, content, request=1, padding=0, length=None):
    return struct.pack(">BBHHBB", 1, kind, request, len(content) if length is None else length, padding, 0) + content


BEGIN = record(1, struct.pack(">HB5x", 1, 0))


@pytest.mark.parametrize("role", ["api", "agents", "events"])
@pytest.mark.parametrize("raw", [
    b"", b"\x00", b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 64, BEGIN, BEGIN + record(4, b""), BEGIN + record(4, b"\xff\xff\xff\xff"),
    BEGIN + record(4, b"\x7f\x7fab"), record(4, b"\x01\x01ab") + record(4, b""), BEGIN + record(4, b"\x0e\x03REQUEST_METHODGET", length=9),
    BEGIN + record(4, b"\x0e\x03CONTENT_LENGTH-99") + record(4, b"") + record(5, b""),
    BEGIN + record(4, b"\x0e\x14CONTENT_LENGTH99999999999999999999") + record(4, b"") + record(5, b"x"),
    BEGIN + record(4, b"\x0e\x04REQUEST_METHODPOST\x0e\x02CONTENT_LENGTH50") + record(4, b"") + record(5, b"short") + record(5, b""),
], ids=range(13))
def test_malformed_fastcgi(stack, role, raw):
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(10)
        peer.connect(str(stack.home / "run" / f"{role}.sock"))
        peer.sendall(raw)
        peer.shutdown(socket.SHUT_WR)
        try:
            while peer.recv(4096):
                pass
        except ConnectionError:
            pass
