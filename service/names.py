"""Names and numbers made comparable, so that a search finds what people mean."""

import unicodedata


def folded(text: str) -> str:
    """Return *text* without case, accents and width: ``Müller`` becomes ``muller``.

    For finding only; what is shown is always the text as it came.
    """
    parts = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(part for part in parts if not unicodedata.combining(part))
    return unicodedata.normalize("NFC", plain)
