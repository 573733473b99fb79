"""What stands before the results: danger, the short answer, what to do.

What to do and when to get help begin on the first sheet, whatever its size.  Where an
alert says what to do first, the steps may follow on the next.
"""

from collections.abc import Iterator
from dataclasses import replace

from reports.model import Page
from reports.pdf.advice import advice_of, help_that_goes_on, helped, steps_that_go_on
from reports.pdf.parts import box, pointer
from reports.pdf.sections import gap_between, header, section
from reports.pdf.sheets import Entry, height_of
from reports.pdf.style import Look
from reports.pdf.text import wrapped

_FEWEST_SIGNS = 3  # of danger on the first sheet: one or two look like all

_Way = tuple[float, list[Entry], Look]  # need on the first sheet, all of it, its look


def start(page: Page, look: Look, room: float) -> tuple[list[Entry], Look]:
    """Return all before the results, and how close it is set.

    The first sheet has *room* points for it.
    """
    for need, found, way in _ways(page, look):
        if need <= room:
            return found, way
    tight = replace(look, tight=True)
    return _elsewhere(page, tight), tight


def _ways(page: Page, look: Look) -> Iterator[_Way]:
    """Yield the ways to set it, the best first.

    The short answer comes first where that leaves room for the advice, set closer if
    need be.  With nothing urgent that is worth a list which goes on on the next sheet;
    else advice as a whole is worth more.  Steps go on before signs of danger do, and
    follow on the next sheet where an alert says the first of them.
    """
    looks = (look, replace(look, tight=True))
    going_on = (_steps_go_on, _steps_follow, _signs_go_on, _both_go_on)
    ways = [(_whole, True), *((way, True) for way in going_on if not page.alerts)]
    ways += [(_whole, False), *((way, False) for way in going_on)]
    for way, answer_first in ways:
        for one in looks:
            yield from way(page, one, answer_first=answer_first)


def _whole(page: Page, look: Look, *, answer_first: bool) -> Iterator[_Way]:
    """Yield the ways with all advice on the first sheet."""
    before, after = _around(page, look, answer_first=answer_first)
    for advice in advice_of(page, look):
        first = [*before, *advice.boxes]
        yield height_of(first), [*first, *after, *advice.rest], look


def _steps_go_on(page: Page, look: Look, *, answer_first: bool) -> Iterator[_Way]:
    """Yield the way with all signs of danger, in which the steps go on."""
    before, after = _around(page, look, answer_first=answer_first)
    after += section(page.symptoms, look)
    whole = helped(page, look)
    steps, begun = steps_that_go_on(page, look)
    need = height_of([*before, whole]) + begun
    yield need, [*before, whole, *steps, *after], look


def _steps_follow(page: Page, look: Look, *, answer_first: bool) -> Iterator[_Way]:
    """Yield the ways with an alert and all signs of danger; all steps come after.

    A line leads to them where there is room for it.
    """
    if not (look.tight and page.alerts):
        return
    before, after = _around(page, look, answer_first=answer_first)
    after += section(page.symptoms, look)
    steps, _ = steps_that_go_on(page, look)
    for led in ([_led_to_steps(page, look)], []):
        first = [*before, *led, helped(page, look)]
        yield height_of(first), [*first, *steps, *after], look


def _signs_go_on(page: Page, look: Look, *, answer_first: bool) -> Iterator[_Way]:
    """Yield the way with all steps, and as many signs of danger as can be.

    Fewer than three are too high a price for the short answer, and beside an alert.
    """
    if not look.tight:  # set closer, more of them stand on the first sheet
        return
    before, after = _around(page, look, answer_first=answer_first)
    after += section(page.symptoms, look)
    steps, _ = steps_that_go_on(page, look)
    least = _FEWEST_SIGNS if answer_first or page.alerts else 1
    flowing, begun = help_that_goes_on(page, look, least)
    need = height_of([*before, *steps]) + begun
    yield need, [*before, *steps, flowing, *after], look


def _both_go_on(page: Page, look: Look, *, answer_first: bool) -> Iterator[_Way]:
    """Yield the way with an alert and as many signs of danger as can be.

    All steps come after the last of the signs; a line leads to them.
    """
    if not (look.tight and page.alerts):
        return
    before, after = _around(page, look, answer_first=answer_first)
    after += section(page.symptoms, look)
    before.append(_led_to_steps(page, look))
    steps, _ = steps_that_go_on(page, look)
    flowing, begun = help_that_goes_on(page, look)
    yield height_of(before) + begun, [*before, flowing, *steps, *after], look


def _led_to_steps(page: Page, look: Look) -> Entry:
    words = wrapped(page.next_steps.elsewhere, look.strong, look.width)
    return Entry(words, gap_between(look))


def _elsewhere(page: Page, look: Look) -> list[Entry]:
    """Return all with a line on the first sheet that leads to the signs of danger."""
    before, after = _around(page, look, answer_first=False)
    led = pointer(page.get_help.elsewhere, look, look.width)
    line = Entry(led, gap_between(look))
    steps, _ = steps_that_go_on(page, look)
    flowing, _ = help_that_goes_on(page, look)
    return [*before, line, *steps, flowing, *after, *section(page.symptoms, look)]


def _around(
    page: Page, look: Look, *, answer_first: bool
) -> tuple[list[Entry], list[Entry]]:
    """Return what stands before the advice, and what follows it at once."""
    gap = gap_between(look)
    urgent = [*page.alerts, *filter(None, [page.corrected])]
    before = list(header(page.header, page.status_line, look))
    before += [Entry(box(one, look, look.width), gap) for one in urgent]
    answer = Entry(box(page.summary, look, look.width), gap)
    changed = list(section(page.changed, look))
    if answer_first:
        return [*before, answer], changed
    return before, [answer, *changed]
