"""An HL7 message of 40 segments to results, against python-hl7's bare reading of it.

Ours reads, checks, interprets and writes the acknowledgement; the other takes the
message apart and stops there.
"""

from itertools import cycle

import hl7

from benchmarks.clock import compare, show
from reference_ranges.interpretation import interpret
from reference_ranges.loading import load_catalogue
from service.evaluation.running import evaluation_door
from service.intake.hl7.answering import Issue, acknowledgement
from service.intake.hl7.reading import read_message

TESTS = (
    ("2823-3^Potassium", "4.{}", "mmol/L"),
    ("2951-2^Sodium", "13{}", "mmol/L"),
    ("2075-0^Chloride", "10{}", "mmol/L"),
    ("2028-9^Bicarbonate", "2{}", "mmol/L"),
    ("2000-8^Calcium", "2.3{}", "mmol/L"),
    ("1995-0^Calcium ionised", "1.2{}", "mmol/L"),
    ("2601-3^Magnesium", "0.8{}", "mmol/L"),
    ("14879-1^Phosphate", "1.{}", "mmol/L"),
    ("1751-7^Albumin", "4{}", "g/L"),
    ("14682-9^Creatinine", "7{}", "umol/L"),
    ("14635-7^Vitamin D", "6{}", "nmol/L"),
    ("14685-2^Vitamin B12", "40{}", "pmol/L"),
    ("2276-4^Ferritin", "6{}", "ug/L"),
    ("1988-5^CRP", "{}", "mg/L"),
    ("718-7^Haemoglobin", "13{}", "g/L"),
    ("14749-6^Glucose", "5.{}", "mmol/L"),
    ("22664-7^Urea", "5.{}", "mmol/L"),
    ("2500-7^TIBC", "30{}", "ug/dL"),
)
SEGMENTS = 40


def message(number: int) -> bytes:
    """A message of 40 segments: eighteen results, each with a note."""
    segments = [
        f"MSH|^~\\&|LIS|LAB|US|HERE|20261120||ORU^R01^ORU_R01|{number}|P|2.5.1",
        f"PID|1||MRN-{number}^^^LAB^MR||Example^Alex||19710304|F",
        "OBR|1|P-1|F-1|24323-8^Panel^LN|||20261120084000+0000",
    ]
    for index in range(len(TESTS)):
        code, value, unit = TESTS[index]
        told = value.format((number + index) % 10)
        segments.append(f"OBX|{index + 1}|NM|{code}^LN||{told}|{unit}|||||F")
        segments.append(f"NTE|1|L|Note {index % 3} of the laboratory")
    segments.append("SPM|1|S-1||SER^Serum^HL70487")
    assert len(segments) == SEGMENTS
    return "".join(f"{one}\r" for one in segments).encode()


def main() -> None:
    door = evaluation_door(load_catalogue())
    ours = cycle([message(n) for n in range(200)])
    theirs = cycle([message(n).decode() for n in range(200)])

    def whole() -> None:
        reading = read_message(next(ours), door)
        (panel,) = reading.panels
        interpret(panel.submission.panel, door.catalogue)
        acknowledgement(reading, Issue("1", door.now), ["id"])

    whole_time, bare, ratio = compare(whole, lambda: hl7.parse(next(theirs)), (50, 50))
    print("an HL7 message of 40 segments")
    show("to results, interpreted and acknowledged", whole_time)
    show("python-hl7: taken apart only", bare, f"{1 / ratio:.1f} x as long is ours")


if __name__ == "__main__":
    main()
