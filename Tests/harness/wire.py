"""A TCP proxy that fails the way networks do: it goes quiet, or it refuses."""
import select
import socket
import threading


class Wire:
    def __init__(self, port):
        self.target = ("127.0.0.1", port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.pairs = {}
        self.lock = threading.Lock()
        self.is_quiet = self.is_cut = self.is_closed = False
        self.wake, self.waker = socket.socketpair()
        threading.Thread(target=self.work, daemon=True).start()

    def stall(self):
        """Nothing passes any more and nobody is told: connections stay open, new ones are taken and not answered."""
        self.is_quiet = True
        self.waker.send(b".")

    def cut(self):
        """All connections end and new ones are refused at once."""
        self.is_cut = True
        self.waker.send(b".")

    def heal(self):
        """The network is back. What hung in it while it was quiet is lost, as with a new address after a sleep."""
        with self.lock:
            if self.is_quiet:
                for one in list(self.pairs):
                    self.pairs[one] = None
            self.is_quiet = self.is_cut = False
        self.waker.send(b".")

    def close(self):
        self.is_closed = True
        self.waker.send(b".")

    def work(self):
        while not self.is_closed:
            with self.lock:
                alive = [one for one, other in self.pairs.items() if other is not None]
            watched = [self.wake, self.listener] + ([] if self.is_quiet else alive)
            for one in select.select(watched, [], [])[0]:
                if one is self.wake:
                    self.wake.recv(64)
                elif one is self.listener:
                    self.accept()
                else:
                    self.pass_on(one)
            if self.is_cut:
                for one in list(self.pairs):
                    self.drop(one)
        for one in list(self.pairs):
            self.drop(one)
        self.listener.close()

    def accept(self):
        near, _ = self.listener.accept()
        if self.is_cut:
            near.close()
            return
        far = socket.create_connection(self.target)
        with self.lock:
            self.pairs[near], self.pairs[far] = far, near

    def pass_on(self, one):
        other = self.pairs.get(one)
        if other is None:
            return
        try:
            data = one.recv(65536)
            if data:
                other.sendall(data)
                return
        except OSError:
            pass
        self.drop(one)

    def drop(self, one):
        with self.lock:
            other = self.pairs.pop(one, None)
            if other is not None:
                self.pairs.pop(other, None)
        for end in (one, other):
            if end is not None:
                end.close()
