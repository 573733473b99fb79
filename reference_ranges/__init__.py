"""What a result means: the catalogue of limits, and the judgement of a panel by it.

Pure: no web, no paper, no database, no clock.
"""
