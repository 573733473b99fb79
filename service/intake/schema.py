"""The shape of a submission: what every door fills in and the API documents.

Only the shape is checked here.  What the texts mean - is this a unit of that
analyte, is this day after that birth - is found out in ``people`` and ``rows``.
"""

from marshmallow import fields

from reference_ranges.panel import ObservationStatus
from reference_ranges.partitions import Pregnancy, Sex
from service.intake.fields import (
    ListOf,
    OneOf,
    ReportedNumber,
    StrictSchema,
    Text,
    Truth,
    nested,
)
from service.intake.strict_json import Number

MAX_RESULTS = 200
_MAX_FACTS = 100


class PregnancySchema(StrictSchema):
    """What is known of a pregnancy at collection."""

    status = OneOf(tuple(Pregnancy), load_default="unknown")
    weeks = ReportedNumber(metadata={"description": "Completed weeks, 0 to 45."})


class PatientSchema(StrictSchema):
    """Whose panel it is; all of it may be left out."""

    id = Text(64, load_default="", metadata={"description": "The record number."})
    name = Text(300, load_default="")
    birth_date = Text(
        10, load_default="", metadata={"description": "YYYY, YYYY-MM or YYYY-MM-DD."}
    )
    sex = OneOf(tuple(Sex), load_default="unknown")
    pregnancy = nested(PregnancySchema, load_default=lambda: PregnancySchema().load({}))


class SpecimenSchema(StrictSchema):
    """What was taken, when and in what state it was."""

    collected_at = Text(
        40,
        load_default="",
        metadata={
            "description": "ISO 8601 with an offset from UTC; a day alone goes into "
            "collected_on."
        },
    )
    collected_on = Text(
        10,
        load_default="",
        metadata={"description": "YYYY-MM-DD, where the time of the day is not known."},
    )
    received_at = Text(
        40,
        load_default="",
        metadata={"description": "When it reached the laboratory, as collected_at."},
    )
    type = Text(32, load_default="", metadata={"description": "Empty: not stated."})
    conditions = ListOf(Text(64), _MAX_FACTS, load_default=list)


class CodeSchema(StrictSchema):
    """A code for what was measured; ``http://loinc.org`` is the system we know."""

    system = Text(200, least=1, required=True)
    code = Text(64, least=1, required=True)
    display = Text(200, load_default="")


class IntervalFieldsSchema(StrictSchema):
    """The laboratory's own interval; a limit that is left out leaves that side open."""

    low = ReportedNumber()
    high = ReportedNumber()


class LaboratoryInterval(fields.Field[dict[str, str]]):
    """The laboratory's own interval: as its text, or as its low and high limit."""

    default_error_messages = {"null": "null"}  # noqa: RUF012  marshmallow declares it so

    def __init__(self) -> None:
        """Document both forms."""
        limit = {"type": ["string", "number", "null"]}
        limits = {
            "type": "object",
            "properties": {"low": limit, "high": limit},
            "additionalProperties": False,
        }
        super().__init__(
            metadata={"oneOf": [{"type": "string", "maxLength": 200}, limits]}
        )

    def _deserialize(self, value: object, *_: object, **__: object) -> dict[str, str]:
        if isinstance(value, str) and not isinstance(value, Number):
            return {"text": Text(200).deserialize(value)}
        loaded: dict[str, str] = IntervalFieldsSchema().load(value)  # type: ignore[arg-type]  # load refuses what is no mapping
        return loaded


class MeasuredSchema(StrictSchema):
    """What was measured, how, and what came out.

    What was measured is told by ``analyte``, by ``code``, or by ``name`` alone.
    """

    analyte = Text(64, least=1)
    code = nested(CodeSchema)
    name = Text(200, least=1, metadata={"description": "What the sender calls it."})
    value = ReportedNumber(metadata={"description": "Digits as they were reported."})
    unit = Text(40, load_default="", allow_none=True)
    method = Text(
        200,
        load_default="",
        metadata={"description": "What it was measured with: told, it is compared."},
    )


class ResultSchema(MeasuredSchema):
    """One result as the laboratory reported it."""

    interval = LaboratoryInterval()
    flag = Text(32, load_default="", metadata={"description": "HL7 table 0078."})
    status = OneOf(tuple(ObservationStatus), load_default="final")
    comment = Text(1000, lines=True, load_default="")


class EarlierSchema(MeasuredSchema):
    """A result of the same patient from before, for comparison only.

    A test that we do not know has nothing to be compared with and is left out.
    """

    collected_at = Text(
        40,
        least=1,
        required=True,
        metadata={"description": "ISO 8601 with an offset; before this specimen."},
    )
    laboratory = Text(200, load_default="")


class SymptomSchema(StrictSchema):
    """A symptom as the patient told it."""

    id = Text(64, least=1, required=True)
    when = OneOf(("day", "night", "any"), load_default="any")
    where = OneOf(
        ("calf", "feet", "hands", "mouth", "eyelid", "general"),
        load_default="general",
    )
    onset = OneOf(("sudden", "gradual", "unknown"), load_default="unknown")
    worsening = OneOf(("yes", "no", "unknown"), load_default="unknown")
    severity = OneOf(("mild", "moderate", "severe", "unknown"), load_default="unknown")
    duration = Text(64, load_default="")


class SubmissionSchema(StrictSchema):
    """A panel of results, and what is known of the patient."""

    patient = nested(PatientSchema, load_default=lambda: PatientSchema().load({}))
    specimen = nested(SpecimenSchema, load_default=lambda: SpecimenSchema().load({}))
    results = ListOf(nested(ResultSchema), MAX_RESULTS, least=1, required=True)
    earlier = ListOf(
        nested(EarlierSchema),
        MAX_RESULTS,
        load_default=list,
        metadata={
            "description": "Beside these, earlier panels that are stored for the same "
            "record number and birth date are looked at."
        },
    )
    symptoms = ListOf(
        nested(SymptomSchema),
        _MAX_FACTS,
        allow_none=True,
        load_default=None,
        metadata={"description": "Null: not asked.  Empty: asked, and there are none."},
    )
    factors = ListOf(Text(64), _MAX_FACTS, load_default=list)
    profile = Text(32, load_default="")
    locale = Text(16, load_default="")
    laboratory = Text(200, load_default="")
    requester = Text(200, load_default="")
    test = Truth(
        load_default=False,
        metadata={"description": "A trial message: watermarked, never a patient's."},
    )
    on_problem = OneOf(
        ("refuse", "report"),
        load_default="refuse",
        metadata={"description": "What to do with a result that cannot be read."},
    )
    supersedes = Text(
        64,
        least=1,
        metadata={"description": "The id of the interpretation that this corrects."},
    )
