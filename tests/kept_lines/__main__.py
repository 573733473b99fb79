"""``python -m tests.kept_lines``: draw the kept pictures again.  Look at them after."""

from tests.kept_lines.lines import LINES, kept, picture_of

for name, line in LINES.items():
    picture_of(line).save(kept(name), optimize=True)
    print(kept(name).name)
