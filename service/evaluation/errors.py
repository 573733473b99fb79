"""What can be wrong with something to evaluate by."""


class EvaluationError(Exception):
    """A file to evaluate by cannot be used; the message names file and place."""
