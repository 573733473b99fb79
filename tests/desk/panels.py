"""A panel typed into the form, and the way from there to the store."""

from datetime import timedelta

from tests.desk.pages import Form, Page

PATIENT = {
    "record_number": ["MRN-77"],
    "name": ["Alex Example"],
    "birth_date": ["1971-03-04"],
    "sex": ["female"],
    "pregnancy": ["no"],
    "collected_date": ["2026-11-20"],
    "collected_time": ["08:40"],
}


def potassium(value="4.1", unit="mmol/L"):
    return PATIENT | {"value.potassium": [value], "unit.potassium": [unit]}


def preview(client, changes, file=None):
    """Send the form as it would be with these fields filled in."""
    form = Form("/desk/preview")
    form.fields = {"form_token": Page(client.get("/sign-in")).token}
    return form.send(client, changes, file)


def commit(client, page):
    return page.form("/desk/commit").send(client)


def work_on(client, clock, seconds):
    """Let time pass and look at something, so that the session stays open."""
    clock.now += timedelta(seconds=seconds)
    client.get("/desk/worklist")


def id_of(answer):
    return answer.headers["Location"].rsplit("/", 1)[1]
