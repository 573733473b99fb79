"""Workbooks and tables for tests: made by another library than ours, or by hand."""

import csv
import io
import re
import zipfile

from openpyxl import Workbook

HEADS = ("patient_id", "birth_date", "sex", "collected_at", "test", "value", "unit")
ROWS = (
    ("M1", "1971-03-04", "F", "2026-11-20 08:40", "potassium", "6.80", "mmol/L"),
    ("M2", "1980-01-31", "M", "2026-11-20 09:00", "sodium", "128", "mmol/L"),
    ("M1", "", "", "", "ferritin", "<9", "ug/L"),
)
TEMPLATE = (
    "patient_id,birth_date,sex,pregnant,gestation_weeks,collected_at,test_code,"
    "code_system,test_name,value,unit,ref_low,ref_high,ref_text,flag,status,"
    "specimen,method,comment,symptoms"
)


def table(*rows, heads=HEADS, delimiter=","):
    """A CSV of *rows*."""
    sheet = io.StringIO(newline="")
    csv.writer(sheet, delimiter=delimiter).writerows((heads, *rows))
    return sheet.getvalue().encode()


def book(*rows, heads=HEADS, formats=None, more_sheets=()):
    """An XLSX of *rows*; *formats* are number formats by cell, such as F2."""
    made = Workbook()
    sheet = made.active
    for row in (heads, *rows):
        sheet.append(list(row))
    for place, code in (formats or {}).items():
        sheet[place].number_format = code
    for rows_of_one in more_sheets:
        other = made.create_sheet()
        for row in rows_of_one:
            other.append(list(row))
    body = io.BytesIO()
    made.save(body)
    return body.getvalue()


def with_part(body, name, change):
    """The same workbook, one part of it changed as text."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w") as new:
        for one in old.infolist():
            part = old.read(one)
            if one.filename == name:
                part = change(part.decode()).encode()
            new.writestr(one, part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def with_shared_texts(body):
    """The same workbook as a spreadsheet program writes it: texts apart from cells."""
    sheet, texts = "xl/worksheets/sheet1.xml", []

    def shared(found):
        texts.append(
            f"<si><r><t>{found[1]}</t></r><rPh sb='0' eb='1'><t>!</t></rPh></si>"
        )
        return f't="s"><v>{len(texts) - 1}</v>'

    inline = re.compile(r't="inlineStr"><is><t[^>]*>([^<]*)</t></is>')
    body = with_part(body, sheet, lambda xml: inline.sub(shared, xml))
    names = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    out = io.BytesIO(body)
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr("xl/sharedStrings.xml", f"<sst {names}>{''.join(texts)}</sst>")
    return out.getvalue()
