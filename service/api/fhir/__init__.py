"""FHIR R4 and CDS Hooks over HTTP: the shell around ``intake.fhir`` and ``fhir``."""
