"""The code systems and fixed codes of our resources, once for reading as well."""

from reference_ranges.partitions import Pregnancy
from service.ranges.fhir.terms import EXTENSION, LOINC, MEANING, UCUM

__all__ = ["EXTENSION", "LOINC", "MEANING", "UCUM"]

_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
_OURS = "https://plainlab.example/fhir/"

INTERPRETATION = _TERMINOLOGY + "v3-ObservationInterpretation"
OBSERVATION_CATEGORY = _TERMINOLOGY + "observation-category"
DIAGNOSTIC_SERVICE = _TERMINOLOGY + "v2-0074"
SPECIMEN_TYPE = _TERMINOLOGY + "v2-0487"
SPECIMEN_CONDITION = _TERMINOLOGY + "v2-0493"
ABSENT_REASON = _TERMINOLOGY + "data-absent-reason"
IDENTIFIER_TYPE = _TERMINOLOGY + "v2-0203"
AGENT = _TERMINOLOGY + "provenance-participant-type"
TEST_DATA = ("http://terminology.hl7.org/CodeSystem/v3-ActReason", "HTEST")
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"

ANALYTE = _OURS + "analyte"
REPORT = _OURS + "interpretation"
OUTCOME = _OURS + "CodeSystem/outcome"
REASON = _OURS + "CodeSystem/reason"
FORMULA = _OURS + "CodeSystem/formula"
RANGE_TYPE = _OURS + "CodeSystem/range-type"
CONDITION = _OURS + "CodeSystem/specimen-condition"
ISSUE = _OURS + "CodeSystem/issue"
CAUTION = _OURS + "CodeSystem/caution"
MISSING = _OURS + "CodeSystem/missing"
PROBLEM = _OURS + "CodeSystem/problem"

LABORATORY_REPORT = "11502-2"
"""LOINC: Laboratory report."""

LABORATORY_STUDIES, ANNOTATION, CLINICAL_INFORMATION = "26436-6", "48767-8", "55752-0"
"""LOINC, of the sections of a document."""

TOLD = _OURS + "Questionnaire/told"
SYMPTOMS, FACTORS, PREGNANCY, WEEKS = "symptoms", "factors", "pregnancy", "weeks"
"""What was told beside the results, and its items."""

PREGNANCIES = {Pregnancy.YES: "LA15173-0", Pregnancy.NO: "LA26683-5"}
"""LOINC: pregnant, not pregnant."""

COMPOSITION = (
    "http://hl7.org/fhir/5.0/StructureDefinition/extension-DiagnosticReport.composition"
)
DIAGNOSTIC_REPORT = (
    "http://hl7.eu/fhir/extensions/StructureDefinition/"
    "composition-diagnosticReportReference"
)
"""Extensions by which a report and its document lead to each other."""

SENDER_FLAG, SENDER_RANGE = "sender-flag", "sender-range"
"""Extensions of ours: what the laboratory said of a result, as it came."""

SPECIMENS = {"serum": "SER", "plasma": "PLAS", "blood": "BLD", "whole_blood": "WB"}
"""Our specimens in HL7 table 0487; any other is told by its name alone."""

CONDITIONS = {"haemolysed": "HEM"}
"""Our specimen conditions in HL7 table 0493; any other is told by our code alone."""
