"""Many open event streams, held and timed by bench/listeners.c: Python would be slower than what it measures."""
import subprocess

from bench.place import ROOT


class Listeners:
    def __init__(self, port, count, path, token=None):
        self.count = count
        self.words = [ROOT / ".build" / "bench" / "listeners", str(port), str(count), path] + ([token] if token else [])

    def __enter__(self):
        self.child = subprocess.Popen(self.words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        opened = self.child.stdout.readline()
        if opened != f"open {self.count}\n":
            self.child.kill()
            raise AssertionError(f"not all {self.count} streams were opened: {opened!r}")
        return self

    def heard(self, broadcast):
        """Milliseconds from `broadcast`'s moment (what it returns, wall clock seconds) to half, and to 99 % of the streams."""
        self.child.stdin.write("\n")
        self.child.stdin.flush()
        moment = broadcast()
        answer = self.child.stdout.readline().split()
        assert answer and int(answer[0]) == self.count, f"only {answer[:1]} of {self.count} streams heard of it"
        return [int(text) / 1000 - moment * 1000 for text in answer[1:3]]

    def __exit__(self, *_):
        self.child.kill()
        self.child.wait(10)
