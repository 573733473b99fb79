"""Accounts to act with; without a password, so that tests need no slow hash."""

from service.access.users import NewUser, Role, add
from tests.store.values import STAMP


def account(engine, role=Role.STAFF, username="sam", name="Sam Staff", password=None):
    """Add an account."""
    return add(engine, NewUser(username, name, role, password), STAMP)


def clinician(engine):
    """Add a clinician."""
    return account(engine, Role.CLINICIAN, "kim", "Dr Kim Clinician")
