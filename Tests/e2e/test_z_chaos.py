"""One kill -9 of each role, and each pause, in the middle of a run; `make chaos` does many at random."""
import pytest

from harness import chaos


@pytest.fixture(scope="module")
def prepared(client):
    chaos.prepare(client)
    return client


@pytest.mark.parametrize("act", chaos.ACTS)
def test_a_run_survives(stack, prepared, act):
    ready_ms, final_ms = chaos.one_round(stack, prepared, act, delay=0.5)
    print(f"{act}: ready after {ready_ms:.0f} ms, run final after {final_ms:.0f} ms")
