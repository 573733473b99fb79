"""Whether the long proofs run whole, as in .ci/run, or a sample of them."""

import os

LONG = bool(os.environ.get("PLAINLAB_LONG"))
