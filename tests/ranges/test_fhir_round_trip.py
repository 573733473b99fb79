"""The limits as FHIR, out and in again: each row, status, source and digit is kept."""

import tomllib
from dataclasses import fields, replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference_ranges.catalogue import (
    Band,
    CriticalLimit,
    DecisionSet,
    ReferenceInterval,
)
from reference_ranges.limits import Span
from reference_ranges.loading import DATA
from reference_ranges.loading.limit_rows import (
    Known,
    read_critical,
    read_decision_set,
    read_interval,
)
from reference_ranges.loading.tables import Table
from reference_ranges.partitions import AgeLimit, Partition
from service.ranges.fhir import toml_text
from service.ranges.fhir.exact_json import dumps, loads
from service.ranges.fhir.importing import read_definition
from service.ranges.rows import rows_of_analyte
from tests.ranges.fhir import ANALYTES, CATALOGUE, EACH, import_of, resource_of


@pytest.fixture(scope="module")
def there_and_back(tmp_path_factory):
    """The shipped catalogue, exported and imported."""
    return import_of(CATALOGUE, tmp_path_factory.mktemp("fhir"))


@EACH
def test_every_limit_comes_back_row_by_row_with_its_digits(there_and_back, name):
    ours = rows_of_analyte(ANALYTES[name])
    theirs = rows_of_analyte(there_and_back.analytes[name])

    assert [repr(row) for row in theirs] == [repr(row) for row in ours]
    assert theirs == ours


@EACH
def test_everything_else_of_a_test_comes_back_too(there_and_back, name):
    ours, theirs = ANALYTES[name], there_and_back.analytes[name]

    assert {
        field.name
        for field in fields(ours)
        if repr(getattr(ours, field.name)) != repr(getattr(theirs, field.name))
    } == set()


def test_sources_reviews_and_codes_come_back(there_and_back):
    assert there_and_back.sources == CATALOGUE.sources
    assert there_and_back.reviews == CATALOGUE.reviews
    assert there_and_back.codes == CATALOGUE.codes
    assert there_and_back.settings == CATALOGUE.settings


def test_what_was_imported_has_no_version_until_someone_gives_it_one(there_and_back):
    assert there_and_back.version == "none"


NUMBERS = st.decimals("0.001", "999", places=3).map(
    lambda n: n.quantize(Decimal("0.001"))
)
TEXTS = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1
)
KNOWN = Known(CATALOGUE.sources, {"uk", "us", "all", "preg"}, ("mmol/L", "mg/dL"))
AGES = st.builds(AgeLimit, st.integers(0, 150), st.sampled_from(["d", "w", "mo", "y"]))
PEOPLE = st.builds(
    Partition,
    AGES,
    st.none() | AGES,
    st.sampled_from(["any", "female", "male"]),
    st.sampled_from(["any", "no", "yes", "t1", "t2", "t3", "t2_t3"]),
    st.sampled_from(["", "inflammation", "symptom:restless_legs"]),
)
COMMON = {
    "profile": st.sampled_from(["uk", "preg"]),
    "partition": PEOPLE,
    "source": st.sampled_from(["rcem_k", "ukka_2023"]),
    "status": st.sampled_from(["active", "proposed"]),
    "note": st.just("") | TEXTS,
}
UNIT = st.sampled_from(["mmol/L", "mg/dL"])


def through_fhir(rows):
    """Put *rows* on a test, write it as JSON, and read the rows of a file from it."""
    empty = {"intervals": (), "decision_sets": (), "critical": ()}
    analyte = replace(ANALYTES["potassium"], **{**empty, **rows})
    catalogue = replace(CATALOGUE, analytes={"potassium": analyte})
    return read_definition(resource_of("potassium", catalogue), "x").rows


@st.composite
def ordered_limits(draw):
    limits = draw(st.lists(NUMBERS, min_size=1, max_size=5, unique=True))
    return sorted(limits)


@settings(max_examples=60)
@given(data=st.data(), limits=st.lists(NUMBERS, min_size=2, max_size=2, unique=True))
def test_any_interval_comes_back(data, limits):
    low, high = sorted(limits)
    ends = data.draw(st.sampled_from([(low, high), (None, high), (low, None)]))
    row = data.draw(
        st.builds(
            ReferenceInterval,
            id=st.just("potassium/uk/interval/x"),
            span=st.just(Span(at_least=ends[0], at_most=ends[1])),
            unit=UNIT,
            **COMMON,
        )
    )

    (made,) = through_fhir({"intervals": (row,)})["interval"]

    assert repr(read_interval(Table("x", made), KNOWN)) == repr(row)


@settings(max_examples=60)
@given(data=st.data(), limits=st.lists(NUMBERS, min_size=2, max_size=2, unique=True))
def test_any_critical_limit_comes_back(data, limits):
    low, high = sorted(limits)
    lows = [Span(at_most=low), Span(below=low)]
    highs = [Span(at_least=high), Span(above=high)]
    sides = data.draw(
        st.sampled_from(
            [(a, b) for a in (*lows, None) for b in (*highs, None) if a or b]
        )
    )
    row = data.draw(
        st.builds(
            CriticalLimit,
            id=st.just("potassium/uk/critical/x"),
            low=st.just(sides[0]),
            high=st.just(sides[1]),
            unit=UNIT,
            inside_because=st.just("") | TEXTS,
            **COMMON,
        )
    )

    (made,) = through_fhir({"critical": (row,)})["critical"]

    assert repr(read_critical(Table("x", made), KNOWN)) == repr(row)


def band_of(draw, low, high, low_in):
    """A band from *low* to *high*; whether its upper end is in, for the next one."""
    high_in = draw(st.booleans())
    sides = {
        "at_least" if low_in else "above": low,
        "at_most" if high_in else "below": high,
    }
    made = Band(
        draw(TEXTS),
        draw(st.sampled_from(["low", "in", "high", "grey"])),
        draw(st.integers(0, 4)),
        Span(**sides),
    )
    return made, not high_in


@settings(max_examples=60)
@given(data=st.data(), limits=ordered_limits())
def test_any_decision_set_comes_back_with_the_owner_of_each_edge(data, limits):
    def scale():
        low_in, bands = True, []
        for low, high in zip([None, *limits], [*limits, None], strict=True):
            made, low_in = band_of(data.draw, low, high, low_in)
            bands.append(made)
        return tuple(bands)

    row = data.draw(
        st.builds(
            DecisionSet,
            id=st.just("potassium/uk/guideline/x"),
            title=TEXTS,
            role=st.sampled_from(["main", "beside", "target"]),
            scales=st.just({"mmol/L": scale(), "mg/dL": scale()}),
            also=st.sampled_from([(), ("mayo_crit",), ("mayo_crit", "rcem_k")]),
            **COMMON,
        )
    )

    (made,) = through_fhir({"decision_sets": (row,)})["decision_set"]

    assert repr(read_decision_set(Table("x", made), KNOWN)) == repr(row)


def test_a_scale_of_one_band_without_an_end_comes_back():
    row = ANALYTES["potassium"].decision_sets[0]
    whole = replace(row, scales={"mmol/L": (Band("all", "in", 0, Span()),)})

    (made,) = through_fhir({"decision_sets": (whole,)})["decision_set"]

    assert read_decision_set(Table("x", made), KNOWN) == whole


@given(
    st.recursive(
        TEXTS | st.integers(0, 10**9) | NUMBERS | st.booleans(),
        lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
        max_leaves=8,
    ).map(lambda value: {"it": value})
)
def test_any_document_comes_back_with_the_digits_of_its_numbers(document):
    assert repr(loads(dumps(document).encode(), "x")) == repr(document)


def test_a_change_made_in_fhir_is_the_only_change(tmp_path, run):
    run("ranges", "export", "--fhir", "fhir")
    file = tmp_path / "fhir" / "potassium.json"
    document = loads(file.read_bytes(), "x")
    (element,) = [
        one
        for one in document["qualifiedInterval"]
        if one["id"] == "potassium/uk/interval/16y+"
    ]
    element["range"]["high"]["value"] = Decimal("5.40")
    file.write_text(dumps(document), "utf-8")

    code, out, _ = run("ranges", "import", "--fhir", "fhir", "--out", "made")
    changed, said, _ = run("ranges", "diff", "made")

    assert (code, changed) == (0, 1)
    assert out == f"read {len(ANALYTES)} tests; wrote the data files to made\n"
    assert len(said.splitlines()) == 2
    assert "from 5.3 to 5.40 mmol/L" in said
    assert not (tmp_path / "made" / "version.toml").exists()


def test_tests_without_a_resource_stay_as_shipped(tmp_path, run):
    run("ranges", "export", "--fhir", "fhir")
    for file in (tmp_path / "fhir").glob("[a-n]*.json"):
        file.unlink()

    code, out, _ = run("ranges", "import", "--fhir", "fhir", "--out", "made")
    same, *_ = run("ranges", "diff", "made")

    assert (code, same) == (0, 0)
    kept = sorted(name for name in ANALYTES if name[0] <= "n")
    assert out.splitlines()[-1] == f"as shipped: {', '.join(kept)}"
    shipped = (DATA / "analytes" / "albumin.toml").read_bytes()
    assert (tmp_path / "made" / "analytes" / "albumin.toml").read_bytes() == shipped


def test_a_changed_and_a_new_publication_come_in_and_via_stays(tmp_path):
    known = CATALOGUE.sources["rcem_k"]
    changed = replace(known, year=2031)
    new = replace(known, id="new_one", title="A new one")
    analyte = ANALYTES["potassium"]
    first, *others = analyte.intervals
    catalogue = replace(
        CATALOGUE,
        sources={**CATALOGUE.sources, "rcem_k": changed, "new_one": new},
        analytes={
            "potassium": replace(
                analyte, intervals=(replace(first, source="new_one"), *others)
            )
        },
    )

    made = import_of(catalogue, tmp_path)

    text = (tmp_path / "out" / "sources.toml").read_text("utf-8")
    assert made.sources["rcem_k"] == changed
    assert made.sources["new_one"] == new
    assert text.count("via = ") == (DATA / "sources.toml").read_text("utf-8").count(
        "\nvia "
    )


@given(
    st.dictionaries(
        TEXTS,
        st.recursive(
            TEXTS | st.integers(0, 10**9) | NUMBERS | st.booleans(),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3)
            ),
            max_leaves=8,
        ),
        max_size=5,
    )
)
def test_any_data_file_comes_back_with_its_digits_and_its_order(document):
    read = tomllib.loads(toml_text.dumps(document), parse_float=Decimal)

    assert read == document
    assert repr(_sorted(read)) == repr(_sorted(document))


def _sorted(value):
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(one) for one in value] if isinstance(value, list) else value


def test_the_scales_of_a_set_keep_their_order_however_long_they_are():
    long, short = [{"label": "x" * 200}], [{"label": "x"}]
    document = {"set": [{"scales": {"b": short, "a": long, "c": short}}]}

    (row,) = tomllib.loads(toml_text.dumps(document))["set"]

    assert list(row["scales"]) == ["b", "a", "c"]
