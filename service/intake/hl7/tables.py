"""Codes of HL7 tables, and the words of a submission that they stand for.

Closed lists: what is not in one is said to be so, and never guessed.
"""

from reference_ranges.panel import ObservationStatus
from reference_ranges.partitions import Sex

VERSIONS = (
    *("2.3", "2.3.1", "2.4", "2.5", "2.5.1"),
    *("2.6", "2.7", "2.7.1", "2.8", "2.8.1", "2.8.2"),
)
PROCESSING = {"P": False, "T": True, "D": True}
"""MSH-11, and whether it makes a trial of the message."""

SEX = {
    "F": Sex.FEMALE,
    "M": Sex.MALE,
    "O": Sex.OTHER,
    "A": Sex.OTHER,
    "N": Sex.OTHER,
    "U": Sex.UNKNOWN,
    "": Sex.UNKNOWN,
}

STATUS = {
    "F": ObservationStatus.FINAL,
    "U": ObservationStatus.FINAL,  # final now, as it was sent before
    "V": ObservationStatus.FINAL,  # verified
    "B": ObservationStatus.FINAL,  # appended to
    "P": ObservationStatus.PRELIMINARY,
    "R": ObservationStatus.PRELIMINARY,  # not verified
    "I": ObservationStatus.PRELIMINARY,  # pending
    "S": ObservationStatus.PRELIMINARY,  # partial
    "C": ObservationStatus.CORRECTED,
    "A": ObservationStatus.CORRECTED,  # amended
    "X": ObservationStatus.CANCELLED,
    "N": ObservationStatus.CANCELLED,  # not asked
    "O": ObservationStatus.CANCELLED,  # only the order, no result
    "D": ObservationStatus.ENTERED_IN_ERROR,  # to be deleted
    "W": ObservationStatus.ENTERED_IN_ERROR,  # was wrong
}
"""OBX-11, table 0085.  A status that is missing or unknown is at best preliminary."""

PENDING = frozenset({"I", "S", "P", "R"})
"""A status that needs no value yet."""

AMENDING = frozenset({"C", "A", "D", "W"})
"""A status that says that what was sent before does not stand any more."""

CANCELLED, CORRECTED = "X", "C"
"""OBR-25, table 0123: the whole order was cancelled; results of it were corrected."""

NUMERIC, WORDS, CODED = ("NM", "SN"), ("ST", "TX"), ("CE", "CWE")
READ_TYPES = (*NUMERIC, *WORDS, *CODED)
"""OBX-2: the types of value that are read; of all others only that they came."""

SPECIMENS = {
    "SER": "serum",
    "SERUM": "serum",
    "119364003": "serum",
    "PLAS": "plasma",
    "PLASMA": "plasma",
    "119361006": "plasma",
    "SERPLAS": "",  # one of the two: not stated which
    "BLD": "whole_blood",
    "BLDV": "whole_blood",
    "BLDA": "whole_blood",
    "BLDC": "whole_blood",
    "WB": "whole_blood",
    "BLOOD": "whole_blood",
    "WHOLE BLOOD": "whole_blood",
    "119297000": "whole_blood",
    "122555007": "whole_blood",
    "UR": "urine",
    "URINE": "urine",
    "122575003": "urine",
    "SAL": "saliva",
    "SALIVA": "saliva",
    "119342007": "saliva",
    "CSF": "cerebrospinal_fluid",
    "258450006": "cerebrospinal_fluid",
}
"""SPM-4 and OBR-15: tables 0487 and 0070, SNOMED CT, and plain words."""

CONDITIONS = {
    "HEM": "haemolysed",
    "RH": "haemolysed",
    "CLOT": "sample_doubted",
    "RC": "sample_doubted",
    "CON": "sample_doubted",
    "SNR": "sample_doubted",
}
"""SPM-24 and SPM-21, tables 0493 and 0490; any other reason to reject is a doubt."""

REJECTED = "sample_doubted"
"""What a specimen is that the laboratory gives a reason to reject."""
