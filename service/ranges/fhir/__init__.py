"""The limits as FHIR R4 ObservationDefinition resources, out and in again.

What the resource cannot say stands in extensions.  What would be misread without its
extension (a band that is no reference interval, a row that is switched off, a limit
that its range leaves out) stands in a ``modifierExtension``: by the rules of FHIR,
whoever does not understand one must not use the interval.
"""
