"""One kill -9 of each role in the middle of a run; `make chaos` does many at random."""
import pytest

from harness import chaos


@pytest.fixture(scope="module")
def prepared(client):
    chaos.prepare(client)
    return client


@pytest.mark.parametrize("role", chaos.ROLES)
def test_a_run_survives_the_death_of(stack, prepared, role):
    ready_ms, final_ms = chaos.one_round(stack, prepared, role, delay=0.5)
    print(f"{role}: ready after {ready_ms:.0f} ms, run final after {final_ms:.0f} ms")
