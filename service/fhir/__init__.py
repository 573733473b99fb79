"""What was found, as FHIR R4 (4.0.1): made of a stored interpretation, nothing else.

The same record gives the same bytes.  What the resources cannot say without being
misread stands in a text, or in an extension under ``terms.EXTENSION``.
"""
