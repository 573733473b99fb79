"""FHIR R4 resources as the document that every way in ends in.

Pure: bytes in, documents and faults out.  Places in faults are JSON pointers into the
body as it came.
"""
