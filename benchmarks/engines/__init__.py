"""The same page in the engines that one would use instead, as their guides show.

Each gives the same content in our arrangement, sizes, colours and typeface, with the
foot on every sheet; what it does not give stands at the head of its file.  Number lines
are handed to it as paths and words, ready to be drawn.

Platypus is ReportLab's own.  fpdf2, WeasyPrint and Typst are no part of Plainlab: the
benchmark installs them into ``build/engines`` and leaves out what it cannot install.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from benchmarks.engines import platypus
from benchmarks.engines.content import Content

Engine = Callable[[Content], bytes]

_FOLDER = Path("build/engines")
_WEASYPRINT = ("weasyprint",) * 3
_OTHERS = (  # name, package, the folder that it makes, our file and function
    ("Typst, UA-1 + A-3a, new compiler", "typst", "typst", "typst", "draw"),
    ("Typst, UA-1 + A-3a, one compiler kept", "typst", "typst", "typst", "draw_kept"),
    ("fpdf2, untagged", "fpdf2", "fpdf", "fpdf2", "draw"),
    ("WeasyPrint, UA-1, as its manual", *_WEASYPRINT, "draw"),
    ("WeasyPrint, UA-1, fonts and sheet kept", *_WEASYPRINT, "draw_kept"),
)


def engines() -> Iterator[tuple[str, Engine]]:
    """Yield name and engine of those that are here or can be installed."""
    yield "platypus, untagged, nothing attached", platypus.draw
    sys.path.append(str(_FOLDER))
    for name, package, folder, file, function in _OTHERS:
        if not (_FOLDER / folder).exists():
            _install(package)
        try:
            module = import_module(f"benchmarks.engines.{file}")
        except (ImportError, OSError):  # OSError: WeasyPrint without Pango
            print(f"  {name}: left out, for it cannot be installed here")
        else:
            yield name, getattr(module, function)


def _install(package: str) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet"]
    pip += ["--disable-pip-version-check", "--target", str(_FOLDER), package]
    subprocess.run(pip, check=False, stderr=subprocess.DEVNULL)  # noqa: S603
