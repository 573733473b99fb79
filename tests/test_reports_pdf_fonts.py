"""What can be printed comes out as it was written; what cannot is said beforehand."""

import re
import shutil
import subprocess
import unicodedata
import zlib
from dataclasses import replace
from io import BytesIO

import page as page_validation
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from reference_ranges.interpretation import interpret
from reports.pdf import (
    UnprintableError,
    layout,
    missing_characters,
    printable,
    render_pdf,
)
from reports.pdf.fonts import font_for, normalise, turned_face
from reports.pdf.mixed import is_shaped
from reports.pdf.style import Style
from reports.pdf.typeset import in_lines, in_one_line
from tests import pdf_pages
from tests.gallery.cases import page_of_case
from tests.reports.panels import CATALOGUE, IDENTITY, observation, page_of, panel_of
from tests.test_reports_archive import failures
from tests.test_reports_pdf import overlapping

PRINTED = {
    "Latin": "Zoë O’Brien-Müller",  # noqa: RUF001  # the typographic apostrophe
    "Polish": "Łukasz Żółć-Gęślą",
    "Turkish": "İbrahim Şağdıç",  # noqa: RUF001  # a letter of that alphabet
    "Romanian": "Ștefan Țăran",
    "Vietnamese": "Nguyễn Thị Phương Ửng",
    "Greek": "Σωκράτης Παπαδόπουλος",
    "Ancient Greek": "Ἀριστοτέλης ᾠδή",
    "Russian": "Екатерина Щукина",
    "Ukrainian": "Їжакевич Ґалаґан",
    "Serbian": "Љиљана Ђоковић",
    "Yoruba, composed": "Adébáyọ Ṣọlá",
    "Greek and Russian": "Σωκράτης Щукин",
}
TURNED = {
    "Arabic": "محمد علي",
    "Persian": "علی\u200cرضا گل\u200cپور",  # noqa: RUF001  # letters of that alphabet
    "Urdu": "ٹیپو ڈار",
    "Hebrew": "דוד כהן",
}
JOINED = {
    "Devanagari": "राजेश शर्मा",
    "Bengali": "শর্মিষ্ঠা চক্রবর্তী",
    "Tamil": "முருகன் ஸ்ரீனிவாசன்",
    "Telugu": "కృష్ణమూర్తి శ్రీనివాస్",
    "Thai": "สมชาย น้ำทิพย์",
    "Lao": "ສົມໃຈ ນ້ຳທິບ",
    "Myanmar": "အောင်ဆန်းစုကြည် မြင့်",
    "Khmer": "សុខា ភ្នំពេញ",
}
SCRIPTS = {
    **{name: PRINTED[name] for name in ("Latin", "Greek", "Russian")},
    **{name: TURNED[name] for name in ("Arabic", "Hebrew")},
    **JOINED,
}
MIXED = {
    "Arabic, with brackets and a number": "آلاء عبد الله (12)",
    "Arabic and Latin": "محمد Ali",
    "Hebrew, with a comma": "כהן, שרה",
    "Arabic in a sentence": "for آلاء (12) and Ali",
    "Hindi and Latin": "Dr राजेश (12), MD",
    "Hindi and Thai": "राजेशสมชาย",
    "Hindi and Arabic": "राजेश محمد",
    "Hindi with a joiner": "क्\u200dष",
}
REFUSED = {
    "Chinese": "王小明",
    "Japanese": "さくら カナ",
    "Korean": "김민수",
    "Georgian": "გიორგი",
    "Armenian": "Արամ",
    "Sinhala": "නිමල්",
    "Punjabi": "ਰਾਜ",
    "emoji": "Ann 🙂",
    "a mark that composes with nothing": "q\u0301",
    "a control": "a\x00b",
    "private use": "\ue000",
}


def with_name(name):
    header = replace(pdf_pages.PAGE.header, name=name)
    return replace(pdf_pages.PAGE, header=header, footer=(name, "EX-00042"))


@pytest.mark.parametrize("name", PRINTED.values(), ids=PRINTED)
def test_a_name_that_we_have_letters_for_is_printed(name):
    assert printable(name)
    assert missing_characters(name) == frozenset()
    assert name in [box.text for box in layout(with_name(name))]


@pytest.mark.parametrize("name", PRINTED.values(), ids=PRINTED)
def test_another_program_reads_the_same_name(name):
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("pdftotext is not on this machine")

    data = render_pdf(with_name(name))
    found = subprocess.run(
        [reader, "-", "-"], input=data, capture_output=True, check=True
    )

    lines = found.stdout.decode().splitlines()
    assert unicodedata.normalize("NFC", name) in lines


@pytest.mark.parametrize("name", PRINTED.values(), ids=PRINTED)
def test_a_report_in_another_face_conforms_too(name):
    data = render_pdf(with_name(name))

    found = page_validation.validate_pdf_bytes(data, profile="ua1")
    assert found.failures == []


@pytest.mark.parametrize("name", [*TURNED.values(), *JOINED.values()])
def test_a_name_that_is_shaped_is_printed_and_read_by_another_program(name):
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("pdftotext is not on this machine")
    page = with_name(name)

    data = render_pdf(page)
    found = subprocess.run(
        [reader, "-", "-"], input=data, capture_output=True, check=True
    )

    assert printable(name)
    assert missing_characters(name) == frozenset()
    assert bare(name) in [bare(box.text) for box in layout(page)]
    assert bare(name) in map(bare, found.stdout.decode().splitlines())
    assert page_validation.validate_pdf_bytes(data, profile="ua1").failures == []


@pytest.mark.parametrize("name", MIXED.values(), ids=MIXED)
def test_a_name_of_both_directions_is_printed_whole(name):
    page = with_name(name)

    assert printable(name)
    assert bare(name) in [bare(box.text) for box in layout(page)]
    found = page_validation.validate_pdf_bytes(render_pdf(page), profile="ua1")
    assert found.failures == []


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_name_and_a_comment_as_long_as_may_come_in_are_read_whole(script):
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("pdftotext is not on this machine")
    name, comment = (repeated(SCRIPTS[script], most) for most in (300, 1000))
    seen = observation("ferritin", "9", "ug/L", comment=comment)
    page = page_of(
        interpret(panel_of(seen), CATALOGUE), identity=replace(IDENTITY, name=name)
    )

    data = render_pdf(page)

    found = subprocess.run(
        [reader, "-raw", "-", "-"], input=data, capture_output=True, check=True
    )
    read = "".join(map(bare, found.stdout.decode().split()))
    assert "".join(name.split()) in read
    assert "".join(comment.split()) in read
    assert overlapping(layout(page)) == []
    assert overlapping(layout(page, size="large")) == []
    assert failures(data) == []


def repeated(text, most):
    """Return *text* as often as *most* characters have room for it."""
    plain = unicodedata.normalize("NFC", text)
    return " ".join([plain] * ((most + 1) // (len(plain) + 1)))


def test_the_words_of_two_lines_are_two_words_whichever_way_they_run():
    space = re.escape(font_for(" ", bold=False).encode(" "))
    style = Style(12, 16)

    *turned, last = in_lines("محمد علي " * 9, style, 100).each
    *joined, end = in_lines("राजेश शर्मा " * 9, style, 100).each

    assert len(turned) > 1 < len(joined)
    assert all(re.match(rf"/\S+ 12 Tf \[\d+{space}\] TJ ", one) for one in turned)
    assert all(re.search(rf"EMC /\S+ 12 Tf {space} Tj $", one) for one in joined)
    assert not re.match(rf"/\S+ 12 Tf \[\d+{space}", last)
    assert end.endswith("EMC ")


def test_a_long_word_of_joined_letters_is_broken_between_them():
    name = "क्षत्रियस्त्री" * 20

    lines = [box.text for box in layout(with_name(name)) if "क्ष" in box.text]

    assert "".join(lines).startswith(name)
    broken = [one for one in lines if one.endswith("\u094d")]
    assert [
        *broken,
        *(one for one in lines if unicodedata.category(one[0]) in ("Mn", "Mc")),
    ] == []


def bare(text):
    """*text* without the signs that steer, which a reader adds or leaves out."""
    return re.sub("[\u200c-\u200f\u202a-\u202e\u2066-\u2069]", "", text).strip()


@pytest.mark.parametrize("name", REFUSED.values(), ids=REFUSED)
def test_a_name_that_we_have_no_letters_for_is_refused_before_and_while_drawing(name):
    assert not printable(name)
    assert missing_characters(name)
    with pytest.raises(UnprintableError) as refusal:
        render_pdf(with_name(name))
    assert name not in str(refusal.value)


@pytest.mark.parametrize(
    "text",
    [
        "<img src=http://x/y.png>",
        '<font color="red">low</font>',
        "A&B &amp; &#60;",
        "B12 <LOD today",
        "(un)balanced \\ ( ) ET BT",
        "]]> */ --> %PDF",
    ],
)
def test_markup_from_outside_comes_out_as_letters(text):
    page = with_name(text)

    assert text in [box.text for box in layout(page)]
    assert b"/URI" not in render_pdf(page)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("5 \u00b5g/L", "5 \u03bcg/L"),
        ("e\u0301", "\u00e9"),
        ("\u202eevil\u202c", "evil"),
        ("two\nlines\tof it", "two lines of it"),
        ("3\u202f500", "3\u00a0500"),
        ("non\u2011breaking", "non-breaking"),
        ("plain", "plain"),
    ],
)
def test_text_is_composed_and_freed_of_hidden_signs(text, plain):
    assert normalise(text) == plain


@given(st.text(max_size=40))
def test_missing_characters_and_printable_never_disagree(text):
    assert printable(text) == (not missing_characters(text))


def unescaped(string):
    """Return the characters of a PDF string; a bare line end would be another."""
    assert "\r" not in string
    return re.sub(r"\\(.)", lambda found: found[1], string[1:-1], flags=re.DOTALL)


RIGHT_TO_LEFT = st.text(
    st.sampled_from(
        "ابتلمنهويةأإآكقفعغحجخدذرزسشصضطظى אבגדה(),.-:12AB\u200c\u2066\u2069"
    ),
    max_size=40,
)


@given(RIGHT_TO_LEFT)
def test_a_text_of_both_directions_is_set_whole_or_refused(text):
    assert printable(text) == (not missing_characters(text))
    if printable(text):
        lines = [line for line in layout(with_name(text)) if line.sheet == 0]
        name = bare(normalise(text)).replace(" ", "")
        assert name in "".join(bare(line.text).replace(" ", "") for line in lines)


def test_a_long_word_from_right_to_left_is_broken_and_none_of_it_lost():
    name = "مستشفى" * 40

    found = layout(with_name(name))

    assert all(0 <= box.left <= box.right <= 596 for box in found)
    assert name in "".join(box.text for box in found)


@given(st.text(max_size=40).filter(printable).filter(lambda text: not is_shaped(text)))
def test_what_is_printable_is_measured_and_encoded_whole(text):
    plain = normalise(text)

    font = font_for(plain, bold=True)

    each = 1 if font.simple else 2
    assert len(unescaped(font.encode(plain))) == each * len(plain)
    assert font.width(plain, 12) >= 0


@pytest.mark.parametrize("sign", "µ≤≥\u2013•…±²°\u2212\u00d7\u2019“”€")
@pytest.mark.parametrize("bold", [True, False])
def test_the_signs_of_a_report_are_in_its_own_face(sign, bold):
    face = font_for(normalise(sign), bold=bold).name

    assert face.startswith("Atkinson-")


def test_a_long_word_is_broken_and_none_of_it_lost():
    found = [box.text for box in layout(with_name(pdf_pages.LONG))]

    first = next(n for n, text in enumerate(found) if text.startswith("electro"))
    pieces = "".join(found[first : first + 9])
    assert pieces.startswith(pdf_pages.LONG)


def test_a_long_number_on_a_card_is_set_smaller_and_never_broken():
    card = replace(pdf_pages.FERRITIN, value="0.000012345678")

    found = layout(replace(pdf_pages.PAGE, cards=(card,)))

    assert "0.000012345678" in [box.text for box in found]


@pytest.mark.parametrize(
    "name",
    [
        "علي \U0001f642 علي",  # a sign that no face has, between letters that one has
        "علي 王",
        "\u0610\u06af\u06cc\u06cc",  # a ligature of three that we cannot take apart
    ],
)
def test_a_name_from_right_to_left_that_cannot_be_set_true_is_refused(name):
    assert not printable(name)
    assert missing_characters(name)
    with pytest.raises(UnprintableError):
        render_pdf(with_name(name))


@pytest.mark.parametrize("name", ["\u0905\u093e", "ক\u0984", "राजेश ਰਾਜ"])
def test_letters_that_cannot_stand_together_are_refused(name):
    assert not printable(name)
    assert missing_characters(name)
    with pytest.raises(UnprintableError):
        render_pdf(with_name(name))


@pytest.mark.parametrize("name", ["مُحَمَّد بُرْهان", "CRP، ALP"])
def test_vowel_signs_and_commas_of_the_script_are_set(name):
    found = page_validation.validate_pdf_bytes(
        render_pdf(with_name(name)), profile="ua1"
    )

    assert printable(name)
    assert found.failures == []
    assert bare(name) in [bare(box.text) for box in layout(with_name(name))]


def test_a_text_from_right_to_left_longer_than_a_sheet_goes_on_on_the_next():
    name = "محمد علي " * 1500

    page = replace(pdf_pages.PAGE, rows_note=name.strip())

    found = layout(page)

    assert {box.sheet for box in found} >= {0, 1}
    assert sum(box.text.count("محمد") for box in found) >= 1500


def faces_in(data):
    return set(re.findall(rb"/BaseFont/AAAAAA\+([\w-]+)", data))


@pytest.mark.parametrize("name", ["one-result", "no-usable-range", "none-usable"])
def test_an_arabic_report_of_two_sheets_has_no_more_than_sixty_kilobytes(name):
    page = page_of_case(name, "ar")
    data = render_pdf(page)

    assert max(box.sheet for box in layout(page)) <= 1
    assert len(data) <= 60_000
    assert faces_in(data) == {
        *(b"Arabic-Regular", b"Arabic-Bold"),
        *(b"AtkinsonFew-Regular", b"AtkinsonFew-Bold"),
    }


def test_a_rarer_letter_brings_its_face_into_an_arabic_report():
    arabic = with_name("Zoë O\u2019Brien")
    arabic = replace(arabic, lang="ar", direction="rtl")

    assert b"Atkinson-Regular" in faces_in(render_pdf(arabic))


def has_ink(glyph):
    return bool(getattr(glyph, "data", b"")) or glyph.numberOfContours != 0


@pytest.mark.parametrize("bold", [True, False])
def test_a_face_has_no_outline_that_it_cannot_show_and_keeps_those_that_it_can(bold):
    face = turned_face("\u0628", bold=bold)
    font = TTFont(BytesIO(zlib.decompress(face.font.program)))
    table, order = font["glyf"], font.getGlyphOrder()
    drawn = {number for number, glyph in enumerate(order) if has_ink(table[glyph])}

    meant = face.meanings.items()
    unseen = {number for number, sign in meant if not sign.strip("\u00a0 ")}
    assert set(face.meanings) - unseen <= drawn
    assert len(drawn) < len(order) - len(face.blanks) - len(unseen)
    assert sorted(font.keys()) == [
        "GlyphOrder",
        "glyf",
        "head",
        "hhea",
        "hmtx",
        "loca",
        "maxp",
    ]


@pytest.mark.parametrize("bold", [True, False])
def test_a_plain_letter_is_one_byte_and_the_font_has_its_glyphs_by_that_byte(bold):
    font = font_for("Sodium", bold=bold)
    program = TTFont(BytesIO(zlib.decompress(font.program)))
    (table,) = program["cmap"].tables

    assert font.simple
    assert (table.platformID, table.platEncID) == (3, 0)
    found = {code: program.getGlyphID(glyph) for code, glyph in table.cmap.items()}
    assert found == {0xF000 + n: n for n in range(1, program["maxp"].numGlyphs)}
    assert not font_for("\u0434", bold=bold).simple


def test_letters_that_are_shaped_need_no_space_after_them():
    set_alone = in_one_line("سكر", Style(12, 16))

    assert set_alone.followed is set_alone
