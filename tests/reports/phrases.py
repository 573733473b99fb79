"""What no patient may ever read, whatever the results."""

import re

_ALLOWED_AFTER_HAVE = (
    "told|been|asked|talked|no symptoms|chest pain|a fit|a seizure|many blood cells"
)
BANNED = re.compile(
    "|".join(
        [
            r"normal",  # also abnormal
            r"\b(positive|negative|unremarkable|reactive)\b",
            r"\b(elevated|suboptimal|insufficien\w*|deficien\w*|borderline)\b",
            r"\b(hypo|hyper)\w+",
            r"\b(serum|analyte|25-hydroxy\w*|lab value)\b",
            r"caused by|because of your|due to|\bexplains\b|\bconfirm\w*|\brules out\b",
            r"nothing to worry|all clear|\bfine\b|\bno concern\b|no problem",
            r"\b(dangerous|toxic|critical|severe|deadly|fatal)\b",
            r"you failed|your fault|poor diet|non-?complian|should have",
            r"(?<!not )\b(start|stop|double|halve) (taking )?(your|the) (med|pill)",
            r"studies show|up to \d+ ?%|as soon as possible|asap",
            r"\brace\b|drink plenty|drink more|eat more salt|\bliver (is|as) food",
            rf"\byou have (?!{_ALLOWED_AFTER_HAVE})",
            r"\byou are (anaemic|anemic|ill|sick with)",
        ]
    ),
    re.IGNORECASE,
)
LABEL = re.compile(
    r"toxic|failure|haemochromatosis|hemochromatosis|disorder|disease|syndrome"
    r"|an(a)?emia|absent|\bgrade \d|\brefer\b|adequate|G\d[ab]? ",
    re.IGNORECASE,
)
"""Words of a source's own grades, which staff read and patients do not."""

DOSE = re.compile(
    r"(?<![A-Za-z\d])\d+\s?(mg|mcg|µg|μg|IU|units|tablets|pills)\b(?!/(d|m)?L\b)",
    re.IGNORECASE,
)
"""An amount to take; one in a litre of blood is a result or a limit."""


def found_banned(text):
    """The first banned phrase in *text*, or None."""
    found = BANNED.search(text)
    return found and found[0]
