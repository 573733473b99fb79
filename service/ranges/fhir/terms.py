"""The names that FHIR and we use in the resource, once for both directions."""

EXTENSION = "https://plainlab.example/fhir/StructureDefinition/"
ANALYTE = "https://plainlab.example/fhir/analyte"
PROFILE = "https://plainlab.example/fhir/CodeSystem/profile"
PREGNANCY = "https://plainlab.example/fhir/CodeSystem/pregnancy"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
MEANING = "http://terminology.hl7.org/CodeSystem/referencerange-meaning"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"

RESOURCE = "ObservationDefinition"
REFERENCE, CRITICAL, ABSOLUTE = "reference", "critical", "absolute"
"""Categories of an interval.  Outside a critical range a result is critical, outside
an absolute one it is not possible; a decision band has no category."""

AGE_UNITS = {"d": "d", "w": "wk", "mo": "mo", "y": "a"}
"""Our units of age, and those of UCUM."""

RANGE_LOW, RANGE_HIGH = "range.low", "range.high"
AGE_HIGH = "age.high"
"""What a range may leave out although FHIR's ranges take their ends in."""
