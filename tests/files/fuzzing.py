"""The readers of files as a fuzzer calls them: any bytes, and a refusal or panels."""

from service.intake.files.faults import TABLE_FAULTS, TableError
from service.intake.files.reading import KINDS, Manner, read_file
from service.problems import FAULTS
from tests.files.conftest import DOOR

KNOWN = set(TABLE_FAULTS) | set(FAULTS)


def read_anything(body):
    """Read *body* as each kind of file: what comes of it is named, or it is a fault."""
    for kind in KINDS:
        try:
            found = read_file(f"file.{kind}", body, Manner(DOOR)).faults
        except TableError as error:
            found = error.faults
        assert {one.code for one in found} <= KNOWN
