"""The catalogue of problem codes as a page and as ``docs/problems.md``."""

from collections.abc import Iterator

from markupsafe import Markup, escape

from service.problems import FAULTS, PROBLEMS

_INTRODUCTION = (
    "Every refusal is an RFC 9457 answer of type application/problem+json: `type`, "
    "`title`, `status`, `detail`, `instance` (the id of the request, as in the log), "
    "`code`, and `errors`, where each entry has a `pointer` into the body (or the "
    "name of a parameter or header), a `code`, what was `received` and what is "
    "`allowed`. Codes are stable."
)


def problems_markdown() -> str:
    """Return ``docs/problems.md``."""
    return "\n".join(_markdown()) + "\n"


def problems_html() -> str:
    """Return the page that the ``type`` of every problem leads to."""
    types = (
        Markup('<h2 id="{0}"><code>{0}</code></h2><p>{1}: {2}.</p><p>{3}</p>').format(
            code, kind.status, kind.title, _coded(kind.meaning)
        )
        for code, kind in PROBLEMS.items()
    )
    rows = (
        Markup('<tr><th scope="row"><code>{}</code></th><td>{}</td></tr>').format(
            code, meaning
        )
        for code, meaning in FAULTS.items()
    )
    return _PAGE.format(
        introduction=_coded(_INTRODUCTION),
        types=Markup("\n").join(types),
        rows=Markup("\n").join(rows),
    )


def _coded(text: str) -> Markup:
    """Return *text* with what stands between backticks as code."""
    parts = (
        Markup("<code>{}</code>").format(part) if index % 2 else escape(part)
        for index, part in enumerate(text.split("`"))
    )
    return Markup("").join(parts)


def _markdown() -> Iterator[str]:
    yield "# What can go wrong"
    yield ""
    yield "Made from `service/problems.py`; a test keeps it current."
    yield ""
    yield _INTRODUCTION
    yield ""
    yield "## Problem types"
    yield ""
    yield "| code | status | title | meaning |"
    yield "|---|---|---|---|"
    for code, kind in PROBLEMS.items():
        yield f"| `{code}` | {kind.status} | {kind.title} | {kind.meaning} |"
    yield ""
    yield "## Codes in `errors`"
    yield ""
    yield "| code | meaning |"
    yield "|---|---|"
    for code, meaning in FAULTS.items():
        yield f"| `{code}` | {meaning} |"


_PAGE = Markup("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Plainlab: problem types</title>
<link rel="icon" href="/desk/static/icon.svg">
<link rel="stylesheet" href="/docs/static/docs.css">
</head>
<body>
<header>
<h1>Problem types</h1>
<p>{introduction}</p>
</header>
<main>
{types}
<h2>Codes in <code>errors</code></h2>
<table>
<thead><tr><th scope="col">code</th><th scope="col">meaning</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</main>
</body>
</html>
""")
