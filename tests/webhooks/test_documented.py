"""The check of a signature that the documentation shows takes ours, and no other."""

import re
from pathlib import Path

import pytest

from service.webhooks.signing import headers_of, secret_of
from tests.store.values import NOW

PAGE = Path(__file__).parent.parent.parent / "docs" / "webhooks.md"
BODY = b'{"type":"interpretation.critical"}'


@pytest.fixture
def is_ours():
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    names = {}
    exec(code, names)  # noqa: S102 - our own documentation
    return names["is_ours"]


def test_the_documented_check_takes_what_we_signed_and_nothing_else(is_ours):
    secret = secret_of("one", "k" * 32)
    headers = headers_of(secret, "msg_1", BODY, NOW)

    assert is_ours(secret, headers, BODY)
    assert not is_ours(secret, headers, BODY + b" ")
    assert not is_ours(secret, headers | {"webhook-id": "msg_2"}, BODY)
    assert not is_ours(secret, headers | {"webhook-timestamp": "1"}, BODY)
    assert not is_ours(secret_of("two", "k" * 32), headers, BODY)
