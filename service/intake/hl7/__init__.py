"""HL7 version 2 messages of results, ORU^R01: bytes in, submissions out; pure."""
