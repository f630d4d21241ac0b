"""Runs in .venv-bench: every client of /events gets what /publish tells."""
import asyncio
import json
import time

from sse_starlette import EventSourceResponse
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

queues = set()


async def events(request):
    queue = asyncio.Queue()

    async def told():
        queues.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            queues.discard(queue)
    return EventSourceResponse(told())


async def publish(request):
    at = time.time()
    # As long as one of our events.
    event = {"event": "execution.queued", "data": json.dumps({"at": at, "filler": "x" * 300})}
    for queue in queues:
        queue.put_nowait(event)
    return JSONResponse({"at": at, "streams": len(queues)})


app = Starlette(routes=[Route("/events", events), Route("/publish", publish)])
