"""Whether the long proofs run whole, as in the second part of .ci/run, or a sample."""

import os
import sys

LONG = bool(os.environ.get("PLAINLAB_LONG"))
SHORT = not LONG and "CI" not in os.environ
"""Whether what is no loop is left out too; in a build nothing is that could run."""
SECOND = 1.0 if sys.gettrace() is None else 8.0
"""What must be done in a second: with the weight of coverage on it, in eight."""
