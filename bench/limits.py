"""What the machine can do at best, to stand beside what we do."""
import os
import pathlib
import time


def sync_ms(directory, count=50):
    """Milliseconds of single 4 KiB appends with fdatasync in `directory`: what a durable commit costs at least."""
    path = pathlib.Path(directory) / "sync-probe"
    found = []
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        for _ in range(count):
            began = time.perf_counter()
            os.write(file, bytes(4096))
            os.fdatasync(file)
            found.append((time.perf_counter() - began) * 1000)
    finally:
        os.close(file)
        path.unlink()
    return found
