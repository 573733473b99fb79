"""Pages made by hand and by chance, for the tests of the PDF."""

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from reference_ranges.limits import Reach, Span
from reference_ranges.results import Axis
from reports import model as m
from reports.number_line import LineWords, number_line

LONG = "electroencephalographically" * 11 + "xyz"  # 300 characters, no space


def decimal(text):
    return None if text is None else Decimal(text)


def line(axis, limits, value, tone, reach=""):
    """Return a number line from texts: axis start, far low, far high, end; limits."""
    start, far_low, far_high, end = map(decimal, axis)
    low, high = map(decimal, limits)
    number = Fraction(value)
    ends = {"": (number, number), "low": (Fraction(0), number), "high": (number, None)}
    low_end, high_end = ends[reach]
    return number_line(
        Axis("unit", start, end, far_low, far_high),
        Span(at_least=low, at_most=high),
        Reach(low_end, low_in=True, high=high_end, high_in=True),
        tone,
        LineWords(f"You: {value}", "usual range", f"Your result is {value}."),
    )


FERRITIN = m.Card(
    "ferritin",
    "Ferritin",
    "shows your iron stores",
    "9",
    "µg/L",
    "",
    m.Chip(m.Tone.LOW, "Low"),
    line(("0", "15", None, "600"), ("30", "300"), "9", m.Tone.LOW),
    (
        (
            "Your iron stores are far below the usual range. Iron stores this low "
            "can cause tiredness and restless legs. Ask why they are low, as well "
            "as how to raise them."
        ),
    ),
    ("The range is your laboratory's own: 30 to 300 µg/L.",),
)
VITAMIN_D = m.Card(
    "vitamin_d_25oh",
    "25-OH vitamin D",
    "needed for bones and muscles",
    "38",
    "nmol/L",
    "15.2 ng/mL",
    m.Chip(m.Tone.LOW, "Low"),
    line(("0", "25", None, "250"), ("50", "125"), "38", m.Tone.LOW),
    (
        (
            "A little below the usual range. Low vitamin D can go with muscle "
            "aches and weakness, and it is common in winter. It can usually be put "
            "right."
        ),
    ),
)
MAGNESIUM = m.Card(
    "magnesium",
    "Magnesium",
    "helps muscles relax",
    "0.70",
    "mmol/L",
    "",
    m.Chip(m.Tone.EDGE, "At the edge"),
    line(("0.3", "0.5", None, "2.0"), ("0.70", "1.05"), "0.70", m.Tone.EDGE),
    (
        (
            "Right on the lower edge of the usual range. On its own a result like this "
            "seldom means that something is wrong."
        ),
    ),
)
POTASSIUM_CRITICAL = m.Card(
    "potassium",
    "Potassium",
    "muscles and heart rhythm",
    "6.9",
    "mmol/L",
    "",
    m.Chip(m.Tone.URGENT, "Needs care now"),
    line(("2.0", "3.0", "6.0", "7.0"), ("3.5", "5.3"), "6.9", m.Tone.URGENT),
    ("Far above the usual range. A level like this can disturb the heart's rhythm.",),
)
CARDS = (FERRITIN, VITAMIN_D, MAGNESIUM)


def usual(name, purpose, quantity, axis, limits):
    """Return a row with its slim line."""
    value, unit = quantity
    shown = line(axis, limits, value, m.Tone.USUAL)
    return m.Row(name.lower(), name, purpose, value, unit, shown)


ROWS = (
    usual(
        "Vitamin B12",
        "keeps nerves healthy",
        ("412", "pmol/L"),
        ("0", None, None, "1200"),
        ("150", "700"),
    ),
    usual(
        "Calcium, adjusted",
        "muscles, nerves and bones",
        ("2.35", "mmol/L"),
        ("1.6", "1.9", "3.0", "3.5"),
        ("2.20", "2.60"),
    ),
    usual(
        "Potassium",
        "muscles and heart rhythm",
        ("4.1", "mmol/L"),
        ("2.0", "3.0", "6.0", "7.0"),
        ("3.5", "5.3"),
    ),
    usual(
        "Sodium",
        "balance of water",
        ("139", "mmol/L"),
        ("115", "125", "155", "165"),
        ("133", "146"),
    ),
)

PAGE = m.Page(
    lang="en-GB",
    title="Your blood test results",
    subject="Blood test results",
    issued_at="2026-11-23T09:30:00+00:00",
    continued="{name}, continued",
    more="More signs are on the next page.",
    header=m.Header(
        "Example Clinic",
        "12 High Street, Sampletown  ·  020 7946 0000",
        "Your blood test results",
        "Alex Example",
        (
            "Born 4 March 1971",
            "Record EX-00042",
            "Blood taken 20 November 2026, 08:40",
            "for Dr S. Sample",
        ),
        more="About this report",
    ),
    alerts=(),
    summary=m.Box(
        m.BoxKind.PANEL,
        "In short",
        lead=(
            (
                "Two of your seven results are low: ferritin, which shows your iron "
                "stores, and vitamin D. Magnesium is at the edge of its range. The "
                "other four are in the usual range."
            ),
            "You told us about restless legs at night. Low iron stores can cause them.",
        ),
        chips=(
            m.Chip(m.Tone.LOW, "2 low"),
            m.Chip(m.Tone.EDGE, "1 at the edge"),
            m.Chip(m.Tone.USUAL, "4 in the usual range"),
        ),
    ),
    symptoms=None,
    next_steps=m.Box(
        m.BoxKind.STEPS,
        "What to do next",
        items=(
            "See Dr Sample within 2 weeks about your iron stores.",
            "Take this report with you.",
            "Ask before you take iron or vitamin D.",
        ),
    ),
    get_help=m.Box(
        m.BoxKind.HELP,
        "Get help at once if",
        items=(
            "your heart races, skips or flutters",
            "you have chest pain, or you faint",
            "your muscles suddenly become very weak",
        ),
        closing="Call 999 or go to A&E.",
    ),
    cards_heading="Results to talk about",
    cards=CARDS,
    rows_heading="Results in the usual range",
    rows=ROWS,
    rows_note="The blue band is the usual range.",
    unjudged_heading="Results that we could not judge",
    unjudged=(
        m.Unjudged(
            "Zinc",
            "11.2 µmol/L",
            "Plainlab does not know this test. Ask your clinic what it means.",
        ),
    ),
    visit=m.Section(
        "For your visit",
        ("These questions may help:",),
        (
            "Why are my iron stores low?",
            "Do I need the tests again, and when?",
        ),
    ),
    how_to_read=m.Section(
        "How to read this report",
        (
            (
                "The blue band is the range seen in most healthy people. About 1 in 20 "
                "healthy people fall outside it. Orange is outside the range; striped "
                "orange is far outside. The scale is not even: read the numbers."
            ),
        ),
    ),
    sources=m.Section(
        "Where the ranges and rules come from",
        ("Catalogue 2026.11, profile uk, not yet reviewed by a clinician.",),
        (
            "British Society for Haematology (2021), guideline on iron deficiency.",
            "Royal Osteoporosis Society (2020), vitamin D and bone health.",
        ),
    ),
    table=m.Table(
        "All results",
        "For your clinician: every result as the laboratory reported it.",
        ("Test", "Result", "Range", "Verdict", "Rule"),
        (
            ("Ferritin", "9 µg/L", "30 to 300 (laboratory)", "Low (L)", "ferritin-1"),
            ("Vitamin D", "38 nmol/L", "50 to 125", "Low (L)", "vitd-nos-2"),
            ("Magnesium", "0.70 mmol/L", "0.70 to 1.05", "In range (N)", "mg-uk-1"),
            ("Vitamin B12", "412 pmol/L", "150 to 700", "In range (N)", "b12-uk-1"),
        ),
    ),
    footer=("Alex Example", "EX-00042", "Report 7F3A-91C2, version 1"),
    page_of="Page {n} of {m}",
    status_line="Not yet reviewed by a clinician",
)

ALERT = m.Box(
    m.BoxKind.EMERGENCY,
    "Get help now",
    lead=("One of your results, potassium, needs care now.",),
    closing="Call 999 or go to A&E now. Take this page with you.",
)
TODAY = m.Box(
    m.BoxKind.TODAY,
    "Call today",
    lead=("Call the clinic today about your potassium.",),
    items=("Ask for the duty doctor.", "Say that your potassium is 6.9 mmol/L."),
)
URGENT_PAGE = replace(
    PAGE,
    alerts=(ALERT, TODAY),
    cards=(POTASSIUM_CRITICAL, *CARDS),
    symptoms=m.Section(
        "What you told us",
        ("You told us about palpitations.",),
        ("A high potassium can cause palpitations.",),
    ),
    watermark="DEMO",
)
OTHER_SCRIPTS = replace(
    PAGE,
    header=replace(PAGE.header, clinic="Λευκωσία", name="محمد علي", reader="דוד כהן"),
)

_WORDS = (
    "iron",
    "a",
    "potassium",
    "µg/L",
    "≥ 3.5",
    "<img src=x>",
    "A&B",
    "B12 <LOD today",
    "hypomagnesaemia",
    "your",
    "blood",
    "…",
    "\u2013",
)


def sentence(dice, most):
    words = dice.choices(_WORDS, k=dice.randint(1, most))
    return " ".join([*words, LONG] if dice.random() < 0.03 else words)


def sentences(dice, most, longest=40):
    return tuple(sentence(dice, longest) for _ in range(dice.randint(0, most)))


def random_line(dice):
    start, far_low, low, high, far_high, end = sorted(dice.sample(range(1, 9000), 6))
    scale = dice.choice((1, 10, 100))
    stops = [str(Decimal(stop) / scale) for stop in (start, far_low, far_high, end)]
    limits = [str(Decimal(low) / scale), str(Decimal(high) / scale)]
    limits[dice.randint(0, 1)] = dice.choice((None, limits[0] if low < 5 else None))
    if limits == [None, None] or dice.random() < 0.6:
        limits = [str(Decimal(low) / scale), str(Decimal(high) / scale)]
    value = str(Decimal(dice.randint(0, 10000)) / scale)
    tone = dice.choice(list(m.Tone))
    found = line(stops, limits, value, tone, dice.choice(("", "", "low", "high")))
    return replace(found, marker=replace(found.marker, text=sentence(dice, 4)))


def random_box(dice, kind):
    chips = [m.Chip(t, sentence(dice, 5)) for t in dice.sample(list(m.Tone), 3)]
    return m.Box(
        kind,
        sentence(dice, 6),
        sentences(dice, 3),
        sentences(dice, 6, 15),
        dice.choice(("", sentence(dice, 12))),
        tuple(chips) if kind is m.BoxKind.PANEL else (),
    )


def random_card(dice):
    return m.Card(
        "x",
        sentence(dice, 4),
        sentence(dice, 6),
        dice.choice(("9", "0.70", "less than 0.000012345", sentence(dice, 3))),
        dice.choice(("mmol/L", "", "mL/min/1.73 m²")),
        dice.choice(("", "15 ng/mL")),
        m.Chip(dice.choice(list(m.Tone)), sentence(dice, 4)),
        dice.choice((None, random_line(dice))),
        sentences(dice, 4),
        sentences(dice, 3),
    )


def random_row(dice):
    return m.Row(
        "x",
        sentence(dice, 4),
        sentence(dice, 5),
        dice.choice(("9", "0.70", sentence(dice, 2))),
        dice.choice(("mmol/L", "", "mL/min/1.73 m²")),
        dice.choice((None, random_line(dice))),
        dice.choice(("", sentence(dice, 20))),
    )


def random_section(dice):
    return m.Section(sentence(dice, 8), sentences(dice, 4, 80), sentences(dice, 12))


def random_table(dice):
    columns = dice.randint(2, 7)
    rows = [
        tuple(sentence(dice, 6) for _ in range(columns))
        for _ in range(dice.randint(0, 12))
    ]
    return m.Table(
        "All results", sentence(dice, 20), rows[0] if rows else ("A", "B"), tuple(rows)
    )


def random_page(seed):
    """Return a page of any shape: empty parts, long words, many results."""
    dice = random.Random(seed)  # noqa: S311  # chance, not secrets
    return replace(
        PAGE,
        header=replace(PAGE.header, clinic=sentence(dice, 12), name=sentence(dice, 9)),
        alerts=tuple(
            random_box(dice, dice.choice((m.BoxKind.EMERGENCY, m.BoxKind.TODAY)))
            for _ in range(dice.randint(0, 2))
        ),
        summary=random_box(dice, m.BoxKind.PANEL),
        symptoms=dice.choice((None, random_section(dice))),
        next_steps=random_box(dice, m.BoxKind.STEPS),
        get_help=random_box(dice, m.BoxKind.HELP),
        cards=tuple(random_card(dice) for _ in range(dice.randint(0, 4))),
        rows=tuple(random_row(dice) for _ in range(dice.randint(0, 9))),
        unjudged=tuple(
            m.Unjudged(sentence(dice, 4), sentence(dice, 4), sentence(dice, 30))
            for _ in range(dice.randint(0, 4))
        ),
        visit=dice.choice((None, random_section(dice))),
        how_to_read=random_section(dice),
        sources=random_section(dice),
        table=random_table(dice),
        footer=(sentence(dice, 8), sentence(dice, 3), "Report 7F3A, version 1"),
        watermark=dice.choice(("", "DEMO", "TEST")),
    )
