"""Doubles for the outside world: a webhook receiver and a mail server that keep what they get."""
import http.server
import queue
import threading
from dataclasses import dataclass

from aiosmtpd.controller import Controller

from harness.stack import free_port


@dataclass
class Delivery:
    path: str
    headers: dict
    body: bytes


class WebhookReceiver:
    """Answers 204, or the statuses put into `answers` first."""

    def __init__(self):
        self.deliveries = queue.Queue()
        self.answers = queue.Queue()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.deliveries.put(Delivery(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                try:
                    status = outer.answers.get_nowait()
                except queue.Empty:
                    status = 204
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def next(self, seconds=20):
        return self.deliveries.get(timeout=seconds)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class MailReceiver:
    def __init__(self):
        self.mails = queue.Queue()
        self.port = free_port()
        outer = self

        class Handler:
            async def handle_DATA(self, server, session, envelope):
                outer.mails.put(envelope)
                return "250 kept"

        self.controller = Controller(Handler(), hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def next(self, seconds=20):
        return self.mails.get(timeout=seconds)

    def close(self):
        self.controller.stop()
