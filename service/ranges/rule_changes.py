"""What differs between the rules of two folders: row by row, field by field."""

from collections.abc import Iterator
from pathlib import Path

from reference_ranges.loading.version import data_files
from service.ranges.rule_rows import RuleRow, read_rules
from service.ranges.saying import Change, Sayer

_COMPARED_ELSEWHERE = frozenset(
    {
        "lookalikes.toml",
        "mixups.toml",
        "pregnancy.toml",
        "profiles.toml",
        "settings.toml",
        "sources.toml",
        "sources_symptoms.toml",
    }
)


def rule_changes(old: Path, new: Path) -> tuple[Change, ...]:
    """Return what differs between the files that ``changes`` does not compare.

    Both folders have been loaded; comments and the order of rows make no difference.
    """
    return tuple(
        change
        for name in sorted({*data_files(old), *data_files(new)})
        if name not in _COMPARED_ELSEWHERE and not name.startswith("analytes/")
        for change in _of_file(name, old / name, new / name)
    )


def _of_file(name: str, old: Path, new: Path) -> Iterator[Change]:
    say = Sayer(about=name)
    if not old.exists():
        yield say("file added", "this file is new")
    elif not new.exists():
        yield say("file removed", "this file is gone")
    else:
        yield from _of_rows(name, _by_id(old), _by_id(new))


def _by_id(file: Path) -> dict[str, RuleRow]:
    return {row.id: row for row in read_rules(file)}


def _of_rows(
    name: str, old: dict[str, RuleRow], new: dict[str, RuleRow]
) -> Iterator[Change]:
    for key in dict.fromkeys((*old, *new)):
        was, now = old.get(key), new.get(key)
        row = now or was
        say = Sayer(name, row=key, source=", ".join(row.sources) if row else "")
        if was is None and now is not None:
            yield say("rule added", f"new: {now.words}", now=now.words)
        elif now is None and was is not None:
            yield say("rule removed", f"no longer there: {was.words}", was=was.words)
        elif was is not None and now is not None:
            yield from _of_fields(was, now, say)


def _of_fields(was: RuleRow, now: RuleRow, say: Sayer) -> Iterator[Change]:
    for field in dict.fromkeys((*was.fields, *now.fields)):
        texts = was.fields.get(field, ""), now.fields.get(field, "")
        yield from say.changed("rule", field.replace("_", " "), *texts)
