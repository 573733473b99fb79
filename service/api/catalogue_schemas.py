"""The catalogue as it is read by machines: every limit with its source and status."""

from marshmallow import fields

from service.api.fields import AnswerSchema, Exact, texts
from service.api.result_schemas import SpanSchema


class AnalyteLineSchema(AnswerSchema):
    """An analyte in the list of all."""

    id = fields.String()
    name = fields.String()
    group = fields.String()
    specimen = fields.String()
    si_unit = fields.String()
    conventional_unit = fields.String(attribute="us_unit")
    units = fields.Function(
        lambda analyte: list(analyte.units),
        metadata={"type": "array", "items": {"type": "string"}},
    )
    loinc = fields.Function(
        lambda analyte: list(analyte.loinc),
        metadata={"type": "array", "items": {"type": "string"}},
    )


class AgeLimitSchema(AnswerSchema):
    """An age as the source prints it; the unit is d, w, mo or y."""

    number = fields.Integer()
    unit = fields.String()


class PartitionSchema(AnswerSchema):
    """Whom a row is for: from an age (in) to an age (out), and of what condition."""

    age_from = fields.Nested(AgeLimitSchema)
    age_to = fields.Nested(AgeLimitSchema, allow_none=True)
    sex = fields.String()
    pregnancy = fields.String()
    condition = fields.String()


class RowSchema(AnswerSchema):
    """What every row of limits has."""

    id = fields.String()
    profile = fields.String()
    partition = fields.Nested(PartitionSchema)
    source = fields.String()
    status = fields.String()
    note = fields.String()


class ReferenceIntervalSchema(RowSchema):
    """A reference interval; both limits lie inside."""

    span = fields.Nested(SpanSchema)
    unit = fields.String()


class CriticalLimitSchema(RowSchema):
    """When somebody must be told now; null where there is no such limit."""

    low = fields.Nested(SpanSchema, allow_none=True)
    high = fields.Nested(SpanSchema, allow_none=True)
    unit = fields.String()


class BandSchema(AnswerSchema):
    """One band of a decision set."""

    label = fields.String()
    status = fields.String()
    severity = fields.Integer()
    span = fields.Nested(SpanSchema)


class DecisionSetSchema(RowSchema):
    """The decision limits of one publication, on every scale that it prints."""

    title = fields.String()
    role = fields.String()
    scales = fields.Dict(
        keys=fields.String(), values=fields.List(fields.Nested(BandSchema))
    )


class PlausibilitySchema(AnswerSchema):
    """Where a value stops being credible."""

    unit = fields.String()
    hard_min = Exact()
    soft_min = Exact()
    soft_max = Exact()
    hard_max = Exact()
    source = fields.String()


class VariationSchema(AnswerSchema):
    """How much results move by themselves, in percent."""

    cvi = Exact()
    cvg = Exact()
    cva = Exact()
    rcv95 = Exact()
    population = fields.String()
    season_days = fields.Integer(allow_none=True)
    source = fields.String()
    also = texts()
    status = fields.String()
    note = fields.String()


class ReviewSchema(AnswerSchema):
    """Who drafted the data and who signed it; empty where nobody has yet."""

    drafted_by = fields.String()
    reviewed_by = fields.String()
    reviewed_on = fields.String()
    next_review = fields.String()


class AnalyteSchema(AnalyteLineSchema):
    """Everything that the catalogue knows of one analyte."""

    aliases = texts()
    lead = texts()
    intervals = fields.List(fields.Nested(ReferenceIntervalSchema))
    decision_sets = fields.List(fields.Nested(DecisionSetSchema))
    critical = fields.List(fields.Nested(CriticalLimitSchema))
    plausible = fields.Nested(PlausibilitySchema)
    variation = fields.Nested(VariationSchema, allow_none=True)
    review = fields.Nested(ReviewSchema)


class AnalytesSchema(AnswerSchema):
    """All analytes that are interpreted."""

    catalogue = fields.String()
    analytes = fields.List(fields.Nested(AnalyteLineSchema))


class SymptomSchema(AnswerSchema):
    """A symptom of the closed list; ``red_flag`` marks a danger sign."""

    id = fields.String()
    label = fields.String()
    term = fields.String()
    red_flag = fields.Boolean()
    snomed = texts()
    icd10 = texts()
    also_said_as = texts()


class SymptomsSchema(AnswerSchema):
    """All symptoms that can be reported."""

    catalogue = fields.String()
    symptoms = fields.List(fields.Nested(SymptomSchema))


class FactorSchema(AnswerSchema):
    """A medicine, habit or condition that can be stated."""

    id = fields.String()
    kind = fields.String()
    label = fields.String()


class FactorsSchema(AnswerSchema):
    """All factors, and the conditions and types of a specimen that can be stated."""

    catalogue = fields.String()
    factors = fields.List(fields.Nested(FactorSchema))
    specimen_conditions = texts()
    specimen_types = texts()
