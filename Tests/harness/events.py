"""Reads Server-Sent Events from a plain connection that a test can cut at any point."""
import http.client
import json
import urllib.parse
from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    id: str | None
    type: str
    data: dict

    @property
    def key(self):
        return (self.data.get("execution"), self.data.get("seq"))


class EventStream:
    """An open stream; iterate over it for events, `cut` it without a word to the server."""

    def __init__(self, url, path, token, last=None, timeout=30):
        host = urllib.parse.urlsplit(url).netloc
        self.connection = http.client.HTTPConnection(host, timeout=timeout)
        headers = {"Authorization": "Bearer " + token, "Accept": "text/event-stream"}
        if last:
            headers["Last-Event-ID"] = last
        self.connection.request("GET", path, headers=headers)
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200, f"{path}: {self.answer.status} {self.answer.read()[:500]}"
        assert self.answer.getheader("Content-Type", "").startswith("text/event-stream")

    def __iter__(self):
        kind, identity, data = "message", None, []
        for raw in self.answer:
            line = raw.decode().rstrip("\r\n")
            if not line:
                if data:
                    yield Event(identity, kind, json.loads("\n".join(data)))
                kind, identity, data = "message", None, []
            elif line.startswith("event:"):
                kind = line[6:].strip()
            elif line.startswith("id:"):
                identity = line[3:].strip()
            elif line.startswith("data:"):
                data.append(line[5:].strip())

    def cut(self):
        self.answer.close()
        self.connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.cut()


def read_all(url, path, token, last=None):
    """Every event up to `end`."""
    found = []
    with EventStream(url, path, token, last) as stream:
        for event in stream:
            found.append(event)
            if event.type == "end":
                return found
    raise AssertionError(f"{path} closed without `end` after {len(found)} events")
