"""Runs in .venv-bench: the task, and as a program the producer that bench/peers/celery.py speaks to."""
import json
import os
import subprocess
import sys
import time

from celery import Celery, group

address = "redis+socket://" + os.environ["REDIS_SOCKET"]
app = Celery("bench", broker=address, backend=address)
app.conf.update(task_acks_late=True, worker_prefetch_multiplier=1, broker_connection_retry_on_startup=True)


@app.task(name="bench.nothing")
def nothing():
    subprocess.run(["true"], check=True)
    return 0


def main():
    for line in sys.stdin:
        began = time.monotonic()
        results = group(nothing.s() for _ in range(int(line))).apply_async().join(timeout=300)
        assert results == [0] * int(line)
        print(json.dumps(time.monotonic() - began), flush=True)


if __name__ == "__main__":
    main()
