"""What the service answers, as marshmallow schemas: dumped, documented, tested."""

import marshmallow as ma
from marshmallow import fields

from reference_ranges.relations import SymptomSummary
from service.api.fields import AnswerSchema, Pairs, UrgencyWord, Word, texts
from service.api.result_schemas import ResultSchema, SpanSchema

_TIME = {"format": "date-time"}


class OverviewSchema(AnswerSchema):
    """The whole panel in numbers; ``all_in_range`` needs a result, and every one."""

    results = fields.Integer()
    in_range = fields.Integer()
    out_of_range = fields.Integer()
    critical = fields.Integer()
    undecided = fields.Integer()
    unsupported = fields.Integer()
    all_in_range = fields.Boolean()
    symptoms_asked = fields.Boolean()


class ReportedSymptomSchema(AnswerSchema):
    """A symptom as it was told."""

    id = fields.String()
    when = fields.String()
    where = fields.String()
    onset = fields.String()
    worsening = fields.String()
    severity = fields.String()
    duration = fields.String()


class SymptomFindingSchema(AnswerSchema):
    """One reported symptom with everything that the results say of it."""

    symptom = fields.Nested(ReportedSymptomSchema)
    summary = Word(SymptomSummary)
    candidates = texts()
    other_causes = texts()
    useful_tests = texts()


class RedFlagSchema(AnswerSchema):
    """A danger sign: from a symptom, a result, or the two together."""

    id = fields.String()
    urgency = UrgencyWord()
    origin = Word(("symptom", "result", "combination"))
    subjects = texts()
    rule = fields.String()
    sources = texts()


class FindingSchema(AnswerSchema):
    """Something that the panel shows beyond its single results."""

    code = fields.String()
    subjects = texts()
    urgency = UrgencyWord()
    rule = fields.String()
    params = Pairs()
    sources = texts()
    settled_by = fields.String(
        metadata={
            "description": "For staff: what would settle a pattern, tests of others "
            "included; empty for other findings."
        }
    )


class CautionSchema(AnswerSchema):
    """A remark on how far results can be trusted, or what else may move them."""

    code = fields.String()
    analytes = texts()
    effect = fields.String()
    rule = fields.String()
    sources = texts()


class WithheldFoodSchema(AnswerSchema):
    """The food text of an analyte that is held back, and by which rule."""

    analyte = fields.String()
    rule = fields.String()
    sources = texts()


class MissingSchema(AnswerSchema):
    """The one fact or test that would settle something left open."""

    fact = fields.String()
    analytes = texts()
    why = fields.String()
    sent = fields.Boolean(
        metadata={"description": "True for a test that was sent and gave no result."}
    )


class CatalogueSchema(AnswerSchema):
    """The catalogue that an interpretation was made with."""

    version = fields.String()
    sha256 = fields.String()
    profile = fields.String()
    reviewed_by = fields.String()


class SourceSchema(AnswerSchema):
    """A publication that a statement rests on."""

    id = fields.String()
    org = fields.String()
    year = fields.Integer()
    title = fields.String()
    where = fields.String()
    evidence = fields.String()
    via = fields.String(
        metadata={
            "description": "How its figures were read, where not in itself alone."
        }
    )


class LinksSchema(AnswerSchema):
    """Where to go from here."""

    self = fields.String()
    explain = fields.String()
    working = fields.String()
    report = fields.String()


class InterpretationSchema(AnswerSchema):
    """What a panel means.  Decimals travel as text."""

    id = fields.String()
    version = fields.Integer()
    status = Word(("unreviewed", "escalated", "reviewed", "superseded"))
    supersedes = fields.String(allow_none=True)
    superseded_by = fields.String(allow_none=True)
    earlier_unknown = fields.Boolean(
        metadata={
            "description": "It corrects what was sent before, and it is not certain "
            "which report that is: an earlier one may still stand."
        }
    )
    made_at = fields.String(metadata=_TIME)
    urgency = UrgencyWord()
    critical = fields.Boolean()
    summary = fields.Nested(OverviewSchema)
    results = fields.List(fields.Nested(ResultSchema))
    derived = fields.List(fields.Nested(ResultSchema))
    symptoms = fields.List(
        fields.Nested(SymptomFindingSchema),
        allow_none=True,
        metadata={"description": "Null where nobody asked."},
    )
    red_flags = fields.List(fields.Nested(RedFlagSchema))
    findings = fields.List(fields.Nested(FindingSchema))
    cautions = fields.List(fields.Nested(CautionSchema))
    missing = fields.List(fields.Nested(MissingSchema))
    factors = texts()
    withheld_food = fields.List(fields.Nested(WithheldFoodSchema))
    sources = fields.List(fields.Nested(SourceSchema))
    catalogue = fields.Nested(CatalogueSchema)
    engine = fields.String()
    links = fields.Nested(LinksSchema)


class StatementSchema(AnswerSchema):
    """One statement with all that it rests on."""

    about = fields.String(
        metadata={
            "description": "A JSON pointer into the answer; `wording:` and `sent:` "
            "stand before what is no part of it."
        }
    )
    kind = fields.String()
    statement = fields.String()
    rule = fields.String()
    inputs = Pairs()
    limit = fields.Nested(SpanSchema, allow_none=True)
    limit_unit = fields.String(allow_none=True)
    side = fields.String(allow_none=True)
    factor = fields.String(
        allow_none=True,
        metadata={"description": "Units of the limit per reported unit, a fraction."},
    )
    working = fields.String(
        metadata={"description": "The sum or comparison, as it is done by hand."}
    )
    sources = fields.List(fields.Nested(SourceSchema))


class SentenceSchema(AnswerSchema):
    """A printed sentence; ``rests_on`` are statements by what they are about."""

    where = fields.String(metadata={"description": "A JSON pointer into the page."})
    text = fields.String()
    rests_on = texts()


class ExplanationSchema(AnswerSchema):
    """Every statement of an interpretation, so that it can be worked out by hand."""

    id = fields.String()
    version = fields.Integer()
    catalogue = fields.Nested(CatalogueSchema)
    engine = fields.String()
    statements = fields.List(fields.Nested(StatementSchema))
    sentences = fields.List(fields.Nested(SentenceSchema))


class FaultSchema(AnswerSchema):
    """One place that cannot be used, and why."""

    pointer = fields.String()
    code = fields.String()
    received = fields.String()
    allowed = texts()


class ProblemSchema(AnswerSchema):
    """A refusal, in the form of RFC 9457."""

    type = fields.String(metadata={"format": "uri-reference"})
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    instance = fields.String(
        metadata={"description": "The id of the request, as in the log."}
    )
    code = fields.String()
    errors = fields.List(fields.Nested(FaultSchema))


class BatchAnswerSchema(ma.Schema):
    """The answer to one line of a batch: ``id`` where it was kept, else ``problem``."""

    line = fields.Integer(required=True)
    status = fields.Integer(required=True)
    id = fields.String()
    replayed = fields.Boolean()
    problem = fields.Nested(ProblemSchema)

    class Meta:
        """A line has the fields that it documents, and no more."""

        unknown = ma.RAISE


class HealthSchema(AnswerSchema):
    """That the process lives."""

    status = Word(("ok",))


class ReadinessSchema(AnswerSchema):
    """Whether panels can be stored; ``reasons`` say why not."""

    status = Word(("ready", "unready"))
    reasons = texts()
    catalogue = fields.String()


class TokenSchema(AnswerSchema):
    """A bearer token, told once."""

    access_token = fields.String()
    token_type = Word(("Bearer",))
    expires_in = fields.Integer(metadata={"description": "In seconds."})
    scope = fields.String()


class TokenRefusalSchema(AnswerSchema):
    """A refusal in the words of RFC 6749."""

    error = Word(
        (
            "invalid_request",
            "invalid_client",
            "invalid_scope",
            "unsupported_grant_type",
        )
    )
    error_description = fields.String()


class AuthorizationServerSchema(AnswerSchema):
    """The token endpoint and what it supports, as RFC 8414 has it."""

    issuer = fields.String()
    token_endpoint = fields.String()
    grant_types_supported = texts()
    response_types_supported = texts()
    scopes_supported = texts()
    token_endpoint_auth_methods_supported = texts()


class MagicSchema(AnswerSchema):
    """One request of the sandbox, and what is answered to it."""

    id = fields.String()
    about = fields.String()
    method = fields.String()
    path = fields.String()
    headers = fields.Dict(keys=fields.String(), values=fields.String())
    scope = fields.String(metadata={"description": "All that the key may open."})
    body = fields.String(metadata={"description": "To be sent as it stands."})
    padded_to = fields.Integer(metadata={"description": "With blanks, in bytes."})
    times = fields.Integer()
    after = texts()
    expect = fields.Dict(keys=fields.String())


class SandboxSchema(AnswerSchema):
    """The magic patients, in the order in which they can be sent."""

    magic = fields.List(fields.Nested(MagicSchema))
