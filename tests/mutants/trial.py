"""One mutant, tried in a process of its own, without touching a file.

The core keeps what it compiled, so nothing of it may have been imported before: each
trial is forked from a process that knows the libraries only.
"""

import gc
import os
import resource
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec

import hypothesis
import marshmallow
import pint
import pytest
from hypothesis import Phase, settings

WARM = (hypothesis, marshmallow, pint)
"""Imported once for all trials; they take longer than most tests."""
SECONDS = 60
"""Of its own work; a mutant that takes longer than that has been noticed."""


class _Changed(MetaPathFinder, Loader):
    """Gives one module from changed source."""

    def __init__(self, name, source):
        self.name = name
        self.source = source

    def find_spec(self, fullname, _path=None, _target=None):
        return ModuleSpec(fullname, self) if fullname == self.name else None

    def exec_module(self, module):
        exec(compile(self.source, self.name, "exec"), module.__dict__)  # noqa: S102


def survives(name, source, tests):
    """Whether *tests* pass with module *name* made of *source*."""
    gc.freeze()
    child = os.fork()
    if not child:
        os._exit(_ended(name, source, tests))
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == pytest.ExitCode.OK


def _ended(name, source, tests):
    with open(os.devnull, "w", encoding="utf-8") as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), 1)
        os.dup2(nothing.fileno(), 2)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    sys.meta_path.insert(0, _Changed(name, source))
    try:
        return pytest.main(["-x", "-q", "-p", "no:cacheprovider", *tests], [_First()])
    except BaseException:  # noqa: BLE001 - whatever it is, the mutant was noticed
        return 1


class _First:
    """Lets laws stop at their first counter-example."""

    def pytest_configure(self):
        settings.register_profile(
            "first",
            derandomize=True,
            deadline=None,
            phases=(Phase.explicit, Phase.generate),
        )
        settings.load_profile("first")
