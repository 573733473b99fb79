"""``plainlab locale``: what is wrong with a language is named, a new one is begun."""

import pytest
from click.testing import CliRunner

from reports.wording import FOLDER, locales
from service.commands.locales import locale


@pytest.fixture
def said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*words):
        found = CliRunner().invoke(locale, words)
        return found.exit_code, found.output

    return run


def test_every_shipped_locale_is_complete_and_locked(said):
    code, output = said("check")

    assert code == 0
    assert [line.split(":")[0] for line in output.splitlines()] == list(locales())
    assert "reviewed by nobody yet" in output


def test_one_locale_is_checked_by_its_name(said):
    assert said("check", "ar")[0] == 0
    assert said("check", "xx")[0] == 2


def test_a_new_locale_is_begun_once_and_refused_until_it_is_done(said):
    assert said("new", "fr")[0] == 0
    assert said("new", "fr")[0] == 2
    code, output = said("check", "fr.toml")

    assert code == 1
    assert "fr.toml: alerts.emergency: not translated yet\n" in output
    *faults, count = output.splitlines()
    assert count == f"fr.toml: {len(faults)} faults"
    assert len(faults) > 1_000


def test_a_file_that_is_done_is_fit_to_be_added(said, tmp_path):
    text = (FOLDER / "es.toml").read_text("utf-8").replace('"es"', '"es-MX"', 1)
    (tmp_path / "es-MX.toml").write_text(text, "utf-8")
    wrong = text.replace('doctor = "', 'doctor = "?? ', 1)
    (tmp_path / "wrong.toml").write_text(wrong, "utf-8")

    assert said("check", "es-MX.toml") == (0, "es-MX.toml: fit to be added\n")
    assert said("check", "wrong.toml") == (
        1,
        "wrong.toml: settings.doctor: not translated yet\nwrong.toml: 1 fault\n",
    )
