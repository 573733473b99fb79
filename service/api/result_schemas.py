"""What an answer says of one result."""

from marshmallow import fields

from reference_ranges.deltas import Doubtful, Movement, Trend
from reference_ranges.limits import Side
from reference_ranges.panel import Comparator, ObservationStatus, Reason
from reference_ranges.relations import ResultSummary, Token
from reference_ranges.results import Direction, JudgementKind, Kind, Verdict
from service.api.fields import (
    AnswerSchema,
    Exact,
    ExactFraction,
    Pairs,
    UrgencyWord,
    Word,
    texts,
)


class AmountSchema(AnswerSchema):
    """A value in a unit, for show; never compare with it."""

    comparator = Word(Comparator)
    value = Exact(attribute="number")
    unit = fields.String()


class SpanSchema(AnswerSchema):
    """A stretch of the scale; an end with neither limit is open."""

    at_least = Exact(allow_none=True)
    above = Exact(allow_none=True)
    at_most = Exact(allow_none=True)
    below = Exact(allow_none=True)


class JudgementSchema(AnswerSchema):
    """One result held against one limit, in the unit that the source prints."""

    kind = Word(JudgementKind)
    verdict = Word(Verdict)
    severity = fields.Integer()
    origin = Word(("laboratory", "catalogue"))
    rule = fields.String()
    title = fields.String()
    label = fields.String()
    limits = fields.Nested(SpanSchema, attribute="span")
    unit = fields.String()
    factor = fields.String(
        metadata={"description": "Units of the limit per reported unit, a fraction."}
    )
    side = Word(Side)
    source = fields.String()
    partition = fields.String()
    reason = Word(Reason, allow_none=True)


class JudgementsSchema(AnswerSchema):
    """The judgements of one result: side by side, never merged."""

    interval = fields.Nested(JudgementSchema, allow_none=True)
    set_aside = fields.Nested(
        JudgementSchema,
        allow_none=True,
        metadata={
            "description": "By our own interval, where the laboratory's is used."
        },
    )
    guidelines = fields.List(fields.Nested(JudgementSchema))
    critical = fields.Nested(JudgementSchema, allow_none=True)
    targets = fields.List(fields.Nested(JudgementSchema))
    closes = fields.List(
        fields.Nested(JudgementSchema),
        metadata={
            "description": "By limits of other rows that close the usual range where "
            "the leading one has none, or a looser one."
        },
    )
    leads = Word(JudgementKind, allow_none=True)


class AsReportedSchema(AnswerSchema):
    """The row as the sender wrote it."""

    name = fields.String()
    value = fields.String(attribute="value_text")
    unit = fields.String(attribute="unit_text")
    loinc = fields.String(allow_none=True)
    interval = fields.Function(
        lambda seen: seen.lab_interval.text if seen.lab_interval else None,
        metadata={"type": ["string", "null"]},
    )
    status = Word(ObservationStatus)
    comment = fields.String()
    method = fields.String()


class PastSchema(AnswerSchema):
    """An earlier result of the same patient, as it was reported."""

    value = fields.String(attribute="earlier.reading.text")
    unit = fields.String(attribute="earlier.unit")
    collected_on = fields.String(attribute="earlier.day", metadata={"format": "date"})
    method = fields.String(attribute="earlier.method")
    laboratory = fields.String(attribute="earlier.laboratory")
    interpretation = fields.String(
        attribute="earlier.origin",
        metadata={"description": "Where it is stored; empty if it was sent along."},
    )
    in_this_unit = ExactFraction(attribute="number", allow_none=True)
    same_method = fields.Boolean(
        allow_none=True, metadata={"description": "Null where it is not known."}
    )


class DeltaSchema(AnswerSchema):
    """A result against the patient's earlier ones, newest first."""

    previous = fields.Nested(PastSchema)
    past = fields.List(fields.Nested(PastSchema))
    difference = ExactFraction(
        allow_none=True,
    )
    movement = Word(Movement)
    doubt = Word(Doubtful, allow_none=True)
    code = Word(("U", "D"), allow_none=True)
    trend = Word(Trend, allow_none=True)
    reference_change_percent = Exact(attribute="change_value", allow_none=True)
    rule = fields.String()
    source = fields.String()


class NearLimitSchema(AnswerSchema):
    """That the value lies within the method's scatter of a limit of its class."""

    limit = Exact()
    unit = fields.String()
    percent = Exact()
    rule = fields.String()
    source = fields.String()


class RelationSchema(AnswerSchema):
    """How one result stands to one reported symptom."""

    analyte = fields.String()
    symptom = fields.String()
    relation = Word(Token, attribute="token")
    grade = fields.String()
    through = fields.String()
    notes = texts()
    rule = fields.String()
    sources = texts()


class StepSchema(AnswerSchema):
    """One line of the working."""

    rule = fields.String()
    inputs = Pairs()
    gave = fields.String()
    source = fields.String()


class ResultSchema(AnswerSchema):
    """One result with everything that was found out about it."""

    analyte = fields.String(attribute="observation.analyte", allow_none=True)
    name = fields.String()
    as_reported = fields.Nested(AsReportedSchema, attribute="observation")
    si = fields.Nested(AmountSchema, allow_none=True)
    conventional = fields.Nested(AmountSchema, allow_none=True)
    judgements = fields.Nested(JudgementsSchema, attribute="own")
    sender_flag = fields.String(attribute="observation.sender_flag", allow_none=True)
    flag_agrees = fields.Boolean(allow_none=True)
    outcome = Word(Kind, attribute="outcome.kind")
    direction = Word(Direction, attribute="outcome.direction", allow_none=True)
    reason = Word(Reason, attribute="outcome.reason", allow_none=True)
    detail = fields.String(
        attribute="observation.detail",
        metadata={"description": "The look-alike or mix-up behind the reason."},
    )
    code = fields.String(
        allow_none=True,
        metadata={"description": "HL7 table 0078, or null; U and D stand in delta."},
    )
    severity = fields.Integer()
    urgency = UrgencyWord()
    summary = Word(ResultSummary)
    relations = fields.List(fields.Nested(RelationSchema))
    cautions = texts()
    settled_by = texts(
        metadata={"description": "The facts that would settle what is left open."}
    )
    derived_by = fields.String()
    delta = fields.Nested(DeltaSchema, allow_none=True)
    near_limit = fields.Nested(NearLimitSchema, allow_none=True)
    trace = fields.List(fields.Nested(StepSchema))

    def get_attribute(self, obj: object, attr: str, default: object) -> object:
        """Take the judgements, which lie beside each other, from the result itself."""
        return obj if attr == "own" else super().get_attribute(obj, attr, default)
