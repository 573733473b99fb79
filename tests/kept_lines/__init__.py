"""Number lines in Arabic, kept as pictures that a person has looked at."""
