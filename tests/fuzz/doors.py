"""The readers that are fuzzed: by the name of their door, what they are given.

A door is a strategy of inputs and a function that takes one.  Any exception is a
finding, and so is an input that takes longer than a second.
"""

from tests.fuzz import fhir, files, hl7

DOORS = {"fhir": fhir, "files": files, "hl7": hl7}
"""Each has ``inputs``, a strategy, and ``take``, which reads one of them."""
