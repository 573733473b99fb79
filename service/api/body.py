"""The body of a request, whole or refused."""

from flask import request


def whole_body() -> bytes:
    """Return the body of the request.

    Where its length was not told, what is too long was cut: asking for one byte more
    tells, and refuses it.

    Raises:
        RequestEntityTooLarge: it is longer than a body may be.
    """
    body = request.get_data(cache=False)
    request.stream.read(1)
    return body
