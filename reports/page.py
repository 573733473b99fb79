"""An Interpretation and an identity in, a Page out: the order of what a reader sees.

It decides nothing: every sentence comes from a token by way of the wording, and no
number is compared here.
"""

from reference_ranges.results import Interpretation
from reports.alerts import alerts_of, get_help
from reports.cards import cards_of
from reports.corrections import changed_of, corrected_of
from reports.frame import (
    DATA_FILE,
    footer_of,
    header_of,
    mark_of,
    status_of,
    watermark_of,
)
from reports.identity import Identity, Letterhead, ReportFacts
from reports.model import Page
from reports.rows import is_brief, rows_of, unjudged_of
from reports.steps import next_steps
from reports.summary import summary_of, without_held_back, without_second
from reports.symptoms import symptoms_of, visit_of
from reports.table import how_to_read, sources_of, table_of
from reports.wording import Wording, at_a_site, for_a_carer


def build_page(
    interpretation: Interpretation,
    identity: Identity,
    facts: ReportFacts,
    letterhead: Letterhead,
    wording: Wording,
) -> Page:
    """Return the whole report as data, in the language of *wording*.

    The same inputs give the same Page.  Results are shown as they were reported; a
    converted value stands beside them in small type.

    Raises:
        WordingError: the interpretation holds a token that the locale has no words
            for; ``check_complete`` shows that there is none.
    """
    wording = at_a_site(wording, letterhead.emergency, letterhead.urgent_line)
    whole = without_held_back(interpretation, wording)
    interpretation = without_second(whole)
    header = header_of(identity, facts, letterhead, wording)
    if header.reader:
        wording = for_a_carer(wording)
    return Page(
        lang=wording.locale,
        title=header.title,
        subject=header.title,  # it goes into the file's metadata: no name
        issued_at=facts.issued_at.isoformat(),
        header=header,
        alerts=alerts_of(interpretation, letterhead, wording),
        summary=summary_of(interpretation, wording),
        symptoms=symptoms_of(interpretation, wording),
        next_steps=next_steps(interpretation, letterhead, wording),
        get_help=get_help(wording),
        cards_heading=wording.say("cards.heading"),
        cards=cards_of(interpretation, wording),
        rows_heading=wording.say("rows.heading"),
        rows=rows_of(interpretation, wording),
        rows_note=wording.say("rows.note"),
        unjudged_heading=wording.say("unjudged.heading"),
        unjudged=unjudged_of(interpretation, wording),
        visit=visit_of(interpretation, wording),
        how_to_read=how_to_read(interpretation, wording),
        sources=sources_of(whole, wording),
        table=table_of(whole, wording),
        footer=footer_of(identity, facts, wording),
        page_of=wording.say("footer.page_of", n="{n}", m="{m}"),
        status_line=status_of(facts, wording),
        watermark=watermark_of(facts, wording),
        unprintable=wording.say("print.unprintable"),
        direction=wording.language.direction,
        corrected=corrected_of(interpretation, facts, wording),
        changed=changed_of(interpretation, facts, wording),
        brief=is_brief(interpretation),
        continued=wording.say("cards.continued", name="{name}"),
        more=wording.say("help.more"),
        mark=mark_of(facts),
        attached=wording.say("print.attached", file=DATA_FILE),
    )
