"""The errors of the core: few types under one base, each with a stable code."""


class ReferenceRangeError(Exception):
    """Anything that the core refuses, fit to be shown: it never holds a result."""


class CatalogueError(ReferenceRangeError):
    """A data file is not fit for use; the message names the file and the row."""


class ReadingError(ReferenceRangeError):
    """A reported value, or an interval, is not written the way we read one.

    ``code`` is the stable name of the reason, such as ``exponent``; ``allowed``
    says what would have been read.
    """

    def __init__(self, code: str, allowed: str) -> None:
        """Keep the *code* and what is *allowed*; never the value itself."""
        super().__init__(f"{code}: {allowed}")
        self.code = code
        self.allowed = allowed


class UnitError(ReferenceRangeError):
    """A unit is missing or is not in the closed list of its analyte.

    ``allowed`` holds the units that the analyte may be reported in.
    """

    def __init__(self, code: str, allowed: tuple[str, ...]) -> None:
        """Keep the *code* and the *allowed* units."""
        super().__init__(f"{code}: {', '.join(allowed)}")
        self.code = code
        self.allowed = allowed
