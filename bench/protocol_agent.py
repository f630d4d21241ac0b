"""An agent that speaks the agent protocol and notes when work reaches it; it ends each attempt at once, as passed."""
import http.client
import json
import threading
import time
import urllib.parse


class Door:
    """One kept connection; `requests` would cost more than what is measured."""

    def __init__(self, url, token, **headers):
        self.connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=60)
        self.headers = {"Authorization": "Bearer " + token, **headers}
        self.used = time.monotonic()

    def call(self, method, path, body=None):
        if time.monotonic() - self.used > 30:  # nginx ends a connection that was idle for long
            self.connection.close()
        self.used = time.monotonic()
        text = None if body is None else json.dumps(body)
        more = {"Content-Type": "application/json"} if text else {}
        self.connection.request(method, path, text, self.headers | more)
        answer = self.connection.getresponse()
        data = answer.read()
        if answer.status >= 300:
            raise AssertionError(f"{method} {path}: {answer.status} {data[:300]!r}")
        return json.loads(data) if data else None


class ProtocolAgent:
    """`offered` and `held` map an execution to the moment (monotonic seconds) its offer, and its definition, arrived."""

    def __init__(self, place, name, project=None, labels=(), slots=4):
        self.url, self.labels, self.slots = place.url, list(labels), slots
        body = {"expiresInMs": 600_000} | ({"project": project} if project else {})
        token = place.person.post("/api/v1/agents/enrolment-tokens", body, expect=201)["token"]
        request = {"token": token, "name": name, "labels": self.labels, "slots": slots, "protocol": {"min": 1, "max": 1}}
        made = Door(self.url, "none").call("POST", "/api/v1/agents/register", request)
        self.credential = made["credential"]
        self.offered, self.held = {}, {}
        self.changed = threading.Condition()
        self.stopping = False
        self.inventory = {}
        self.failure = None

    def __enter__(self):
        session = {"protocol": 1, "labels": self.labels, "slots": self.slots, "isolation": "none"}
        found = Door(self.url, self.credential).call("POST", "/agent/v1/session", session)
        self.session, self.beat_ms = found["session"], found["beatMs"]
        self.stream = self.open_control()
        self.threads = [threading.Thread(target=self.guarded, args=(body,), daemon=True) for body in (self.listen, self.beat)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping = True
        self.stream.close()

    def door(self):
        return Door(self.url, self.credential, **{"Assay-Session": self.session})

    def guarded(self, body):
        try:
            body()
        except Exception as error:
            if not self.stopping:
                self.failure = error
                with self.changed:
                    self.changed.notify_all()

    def open_control(self):
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(self.url).netloc, timeout=3600)
        connection.request("GET", "/agent/v1/control", headers={
            "Authorization": "Bearer " + self.credential, "Assay-Session": self.session, "Accept": "text/event-stream"})
        answer = connection.getresponse()
        assert answer.status == 200, f"control stream: {answer.status}"
        return answer

    def listen(self):
        door, kind = self.door(), None
        for raw in self.stream:
            line = raw.decode().strip()
            if line.startswith("event:"):
                kind = line[6:].strip()
            elif line.startswith("data:") and kind == "offer":
                self.take(door, json.loads(line[5:]), time.monotonic())

    def take(self, door, offer, moment):
        execution, fence = offer["execution"], offer["fence"]
        path = f"/agent/v1/executions/{execution}"
        self.inventory[execution] = fence
        door.call("POST", path + "/accept", {"fence": fence})
        held = time.monotonic()
        door.call("POST", path + "/finish", {"fence": fence, "lastSeq": 0, "verdict": "passed"})
        self.inventory.pop(execution, None)
        with self.changed:
            self.offered[execution], self.held[execution] = moment, held
            self.changed.notify_all()

    def beat(self):
        door = self.door()
        while not self.stopping:
            inventory = [{"execution": execution, "fence": fence} for execution, fence in list(self.inventory.items())]
            answer = door.call("POST", "/agent/v1/heartbeat", {"inventory": inventory, "streamOpen": True})
            time.sleep(answer["beatMs"] / 1000)

    def got(self, execution, seconds=30):
        """Waits until the work has arrived and answers (offered, held)."""
        with self.changed:
            there = self.changed.wait_for(lambda: execution in self.held or self.failure, seconds)
        if self.failure:
            raise self.failure
        assert there, f"{execution} did not reach the agent within {seconds} s"
        return self.offered[execution], self.held[execution]
