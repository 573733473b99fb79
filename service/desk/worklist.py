"""The worklist: what has to be looked at, most urgent first."""

from http import HTTPStatus

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from service.access.audit import Action, note
from service.desk.guard import stamp
from service.services import services
from service.store import feeds, identities
from service.store.worklist import Cursor, worklist

bp = Blueprint("worklist", __name__)

PER_PAGE = 25
_LONGEST_QUERY = 100


@bp.get("/desk/worklist")
def show() -> ResponseReturnValue:
    """Show the first page of everything."""
    return _page("", None)


@bp.post("/desk/worklist")
def find() -> ResponseReturnValue:
    """Show one page of what matches; the search text never stands in an address."""
    query = request.form.get("query", "").strip()[:_LONGEST_QUERY]
    if query:
        note(services().engine, stamp(), Action.SEARCH)
    return _page(query, _cursor(request.form.get("after", "")))


def _page(query: str, after: Cursor | None) -> ResponseReturnValue:
    found = worklist(services().engine, query, after, PER_PAGE)
    return render_template(
        "worklist.html",
        lines=found.lines,
        following=found.after,
        query=query,
        first=after is None,
        held=len(feeds.holds(services().engine)),
        strangers=identities.count_holds(services().engine),
        zone=services().settings.time_zone,
    )


def _cursor(text: str) -> Cursor | None:
    if not text:
        return None
    try:
        return Cursor.parse(text)
    except ValueError:
        abort(HTTPStatus.BAD_REQUEST)
