import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from harness.client import Client  # noqa: E402
from harness.receivers import MailReceiver, WebhookReceiver  # noqa: E402
from harness.stack import Stack  # noqa: E402


@pytest.fixture(scope="session")
def mailbox():
    receiver = MailReceiver()
    yield receiver
    receiver.close()


@pytest.fixture(scope="session")
def stack(mailbox):
    """The one stack most tests share; ASSAY_TEST_STACK names a home to keep for a look afterwards."""
    home = os.environ.get("ASSAY_TEST_STACK")
    if home:
        pathlib.Path(home).mkdir(parents=True, exist_ok=True)
    stack = Stack(home, ASSAY_SMTP_URL=f"smtp://127.0.0.1:{mailbox.port}", ASSAY_ALLOW_PRIVATE_ADDRESSES="127.0.0.1/32")
    stack.start()
    yield stack
    stack.stop() if home else stack.remove()


@pytest.fixture(scope="session")
def client(stack):
    """The admin with an API token, which outlives a login's 15 minutes."""
    return Client(stack.url, stack.client().api_token("tests"))


@pytest.fixture
def webhook():
    receiver = WebhookReceiver()
    yield receiver
    receiver.close()
