"""Figures over data that others collected, and small tables of the kind."""

import pytest

from service.evaluation.conversions import (
    measure_pairs,
    measure_people,
    measure_ucum,
    measure_vectors,
)
from service.evaluation.country import measure_country
from service.evaluation.errors import EvaluationError
from service.evaluation.feeds import measure_feed
from service.evaluation.measuring import measure_samples
from service.evaluation.outside import ALL, NONE, measure, rows_of
from service.evaluation.printing import as_text
from tests.conftest import SAMPLES


@pytest.fixture(scope="module")
def measured(catalogue):
    if not SAMPLES.is_dir():
        pytest.skip("the outside samples are not on this machine")
    return measure_samples(SAMPLES, catalogue)


def test_every_figure_over_outside_data_is_what_it_must_be(measured):
    print(*as_text((), measured), sep="\n")

    assert [one.what for one in measured if one.failed] == []


@pytest.mark.parametrize(
    "what",
    [
        "pairs wrongly converted",
        "units wrongly converted",
        "unit texts taken for another unit",
        "conversions that are wrong",
        "invalid units let in",
    ],
)
def test_nothing_is_ever_wrongly_converted(measured, what):
    (one,) = [one for one in measured if one.what == what]

    assert one.share.of > 0
    assert one.share.count == 0


def test_no_value_between_the_deciles_of_real_people_is_called_impossible(measured):
    (one,) = [
        one for one in measured if one.what == "values of real people called impossible"
    ]

    assert one.share.of > 1000
    assert one.share.count == 0


@pytest.mark.parametrize(
    "what",
    [
        "honest rows held or asked about (false holds)",
        "results of people held or asked about",
        "values of real people held or asked about",
    ],
)
def test_hardly_an_honest_value_is_held(measured, what):
    (one,) = [one for one in measured if one.what == what]

    assert one.share.count <= one.share.of / 200


def test_what_is_not_understood_is_refused_with_the_right_reason(measured):
    (one,) = [one for one in measured if "right reason" in one.what]

    assert one.share.of > 0
    assert one.share.count == one.share.of


def table(folder, name, *lines):
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines) + "\n", "utf-8")


def by_what(measures):
    return {one.what: one for one in measures}


FEED = "stay,offset_min,labname,labresult,labresulttext,unit_system,unit_interface"
TRAPS = "line_in_lab_csv,labname,value,unit,expected,why"
GAPS = (
    "stay,offset_min,na,k,cl,hco3,reported_gap,gap_without_k,gap_with_k,laboratory_uses"
)


def test_a_feed_is_read_and_its_traps_are_caught(tmp_path, door):
    table(
        tmp_path / "eicu_demo",
        "lab.csv",
        FEED,
        "1,0,potassium,4.1,4.1,mmol/L,MEQ/L",
        "1,0,glucose,,>800,mg/dL,mg/dL",
        "1,0,ionized calcium,1.2,1.2,mg/dL,mg/dL",
        "1,0,MCV,90,90,fL,fL",
        "1,0,sodium,140,140,,",
        "1,0,sodium,,see note,mmol/L,mmol/L",
        "1,0,sodium,140,140,furlong,furlong",
    )
    table(
        tmp_path / "eicu_demo",
        "expected_traps.csv",
        TRAPS,
        "3,glucose,>800,mg/dL,KEEP COMPARATOR,text",
        "4,ionized calcium,1.2,mg/dL,HOLD,mmol/L filed as mg/dL",
    )

    found = by_what(measure_feed(tmp_path, door))

    assert str(found["traps caught"].share) == "2 of 2 (100.0 %)"
    assert found["rows of our tests that are understood"].share.count == 3
    refused = found["rows not understood, refused with the right reason"]
    assert (refused.share.count, refused.share.of) == (3, 4)
    assert refused.failed
    assert "furlong" in refused.examples[0]


def test_a_trap_that_is_not_caught_fails_the_measure(tmp_path, door):
    table(
        tmp_path / "eicu_demo",
        "lab.csv",
        FEED,
        "1,0,potassium,4.1,4.1,mmol/L,mmol/L",
    )
    table(
        tmp_path / "eicu_demo",
        "expected_traps.csv",
        TRAPS,
        "2,potassium,4.1,mmol/L,HOLD,none can see it",
    )

    found = by_what(measure_feed(tmp_path, door))

    assert found["traps caught"].failed


def test_an_anion_gap_is_that_of_the_table_and_judged_by_its_own_limits(tmp_path, door):
    table(tmp_path / "eicu_demo", "lab.csv", FEED, "1,0,MCV,90,90,fL,fL")
    table(
        tmp_path / "eicu_demo",
        "expected_anion_gap.csv",
        GAPS,
        "4,0,131.0,4.4,94.0,26.0,15.0,11.0,15.4,with K",
        "4,1,131.0,,94.0,26.0,15.0,11.0,,without K",
    )

    found = by_what(measure_feed(tmp_path, door))

    assert not any(one.failed for one in found.values())
    assert "gaps judged by the other way's interval" in found


PAIRS = "analyte,conventional_value,conventional_unit,si_value,si_unit"


def test_a_pair_that_is_not_one_value_is_found(tmp_path, door):
    table(
        tmp_path / "nhanes",
        "x_pairs.csv",
        PAIRS,
        "calcium,9.0,mg/dL,2.245,mmol/L",
        "calcium,9.0,mg/dL,4.5,mmol/L",
        "uric_acid,5,mg/dL,297,umol/L",
        "calcium,9.0,furlong,2.245,mmol/L",
    )

    found = by_what(measure_pairs(tmp_path, door))

    assert str(found["pairs wrongly converted"].share) == "1 of 3 (33.3 %)"
    assert found["pairs understood in both units"].failed


def test_the_panels_of_people_are_asked_about_where_a_unit_cannot_be(tmp_path, door):
    table(
        tmp_path / "nhanes",
        "x_people.csv",
        "row,LBXSCA Total calcium (mg/dL),LBXSKSI Potassium (mmol/L),ZZZ Zzz",
        "1,9.4,4.0,280",
        "2,2.35,,281",
    )

    (found,) = measure_people(tmp_path, door)

    assert str(found.share) == "1 of 3 (33.3 %)"
    assert found.examples == ("calcium_total 2.35 mg/dL",)


VECTORS = "formula,inputs,expected,unit,basis,note"


def test_a_formula_or_a_conversion_that_is_off_is_found(tmp_path, door):
    table(
        tmp_path / "formulas",
        "vectors.csv",
        VECTORS,
        "egfr_ckd_epi_2021_cr,creatinine_mg_dl=1.0;age=50;sex=F,68.63,mL,,",
        "adjusted_calcium_0.02,calcium_mmol_l=2.1;albumin_g_l=30,2.4,mmol/L,,",
        "adjusted_calcium_0.02,calcium_mmol_l=2.1;albumin_g_l=10,2.7,mmol/L,,",
        "a_gap_of_another_star,na=1,1,1,,",
        "convert,analyte=calcium;value=9.0;from=mg/dL;to=mmol/L,3.0,mmol/L,,",
        "convert,analyte=kryptonite;value=9.0;from=mg/dL;to=mmol/L,3.0,mmol/L,,",
    )

    found = by_what(measure_vectors(tmp_path, door))

    assert str(found["formulas as the table has them"].share) == "1 of 3 (33.3 %)"
    assert str(found["formulas that we compute"].share) == "3 of 4 (75.0 %)"
    assert str(found["conversions that are wrong"].share) == "1 of 1 (100.0 %)"


def test_a_unit_of_ours_is_taken_and_an_invalid_one_is_not(tmp_path, door):
    table(
        tmp_path / "ucum",
        "cases.csv",
        "section,id,unit,valid",
        "validation,1,mmol/L,true",
        "validation,2,rad2,true",
        "validation,3,mmol//L,false",
        "conversion,4,,",
    )

    found = by_what(measure_ucum(tmp_path, door))

    assert not found["invalid units let in"].failed
    assert found["valid units that are units of our tests"].share.count == 1


COUNTRY = (
    "OMOP_CONCEPT_ID,TEST_NAME,MEASUREMENT_UNIT,MEASUREMENT_UNIT_HARMONIZED,"
    "CONVERSION_FACTOR"
)


def test_a_countrys_units_are_ours_or_refused(tmp_path, door):
    table(
        tmp_path / "units_finngen",
        "test_units_x.csv",
        COUNTRY,
        "3023103,p-k,mmol/l,mmol/l,1",
        "3024561,p-alb,g/dl,g/l,100",
        "3023103,p-k,,,",
        "3023103,p-k,mmol/mol,,",
        "-1,p-unknown,g/l,,",
    )
    table(
        tmp_path / "units_finngen",
        "units_x.csv",
        "source_unit,omop_concept_id",
        "mmol/l,8753",
        "umol/l,8753",
        "parsec,9999",
    )

    found = by_what(measure_country(tmp_path, door))

    assert str(found["units of our tests understood"].share) == "2 of 3 (66.7 %)"
    assert not found["tests without a unit that are refused"].failed
    assert found["units wrongly converted"].examples == ("p-alb g/dl",)
    assert found["unit texts taken for another unit"].failed


def test_values_between_two_deciles_are_asked_in_steps(tmp_path, door):
    table(
        tmp_path / "units_finngen",
        "value_deciles_x.csv",
        "OMOP_CONCEPT_ID,TEST_NAME,MEASUREMENT_UNIT,decile,decile_MEASUREMENT_VALUE",
        "3023103,p-k,mmol/l,0.1,3.4965",
        "3023103,p-k,mmol/l,0.9,4.5696",
        "3023103,p-k,,0.1,3.4",
        "3015377,fp-ca,mmol/l,0.1,9.1",
        "3015377,fp-ca,mmol/l,0.9,10.2",
    )

    found = by_what(measure_country(tmp_path, door))

    assert found["values of real people held or asked about"].share.of == 20
    assert found["values of real people held or asked about"].share.count == 10


def test_where_there_is_no_data_nothing_is_measured(tmp_path, door):
    assert list(measure_feed(tmp_path, door)) == []
    assert list(measure_pairs(tmp_path, door)) == []
    assert list(measure_vectors(tmp_path, door)) == []
    assert list(measure_ucum(tmp_path, door)) == []
    assert list(measure_country(tmp_path, door)) == []


def test_a_table_that_is_not_utf_8_is_refused_by_name(tmp_path):
    file = tmp_path / "odd.csv"
    file.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(EvaluationError, match=r"odd\.csv"):
        rows_of(file)


@pytest.mark.parametrize(
    ("ought", "cases", "failed", "examples"),
    [
        (ALL, [(True, "a"), (False, "b")], True, ("b",)),
        (ALL, [(True, "a")], False, ()),
        (NONE, [(True, "a"), (False, "b")], True, ("a",)),
        (NONE, [], False, ()),
        ("", [(True, "a"), (True, "b"), (False, "c")], False, ("c",)),
    ],
)
def test_a_measure_names_what_is_not_as_it_ought_to_be(ought, cases, failed, examples):
    found = measure("data", "what", cases, ought)

    assert found.failed is failed
    assert found.examples == examples
