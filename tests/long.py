"""Whether the long proofs run whole, as in the second part of .ci/run, or a sample."""

import os
import sys
from contextlib import contextmanager

LONG = bool(os.environ.get("PLAINLAB_LONG"))
SHORT = not LONG and "CI" not in os.environ
"""Whether what is no loop is left out too; in a build nothing is that could run."""


@contextmanager
def untraced():
    """Take the weight of coverage off what must be quick."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)
