"""Guessing passwords is slow. Late in the alphabet: it uses up the logins of this address for a quarter of an hour."""
import requests


def test_login_is_rate_limited(stack):
    statuses = [requests.post(stack.url + "/api/v1/auth/login", timeout=20,
                              json={"email": "carol@example.org", "password": f"wrong {n}"}).status_code for n in range(25)]
    assert set(statuses) <= {401, 429} and statuses[-1] == 429
