"""One mutant, tried in a process of its own, without touching a file.

Each trial is forked from a process that has imported the core; what rests on the
changed module is forgotten first and imported anew, with all that it keeps.
"""

import ast
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

from reference_ranges import interpretation
from reference_ranges.loading import load_catalogue
from tests import core_oracle
from tests.proofs import ROOT

WARM = (hypothesis, marshmallow, pint, interpretation, core_oracle)
"""Imported once for all trials; they take longer than most tests."""
load_catalogue()
SECONDS = 60
"""Of its own work; a mutant that takes longer than that has been noticed."""


class _Changed(MetaPathFinder, Loader):
    """Gives one module from changed source."""

    def __init__(self, name, source):
        self.name = name
        self.source = source
        self.file = str(ROOT / f"{name.replace('.', '/')}.py")

    def find_spec(self, fullname, _path=None, _target=None):
        if fullname != self.name:
            return None
        spec = ModuleSpec(fullname, self, origin=self.file)
        spec.has_location = True  # a module may look for its data beside itself
        return spec

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
    for one in _resting_on(name):
        del sys.modules[one]
    try:
        return pytest.main(["-x", "-q", "-p", "no:cacheprovider", *tests], [_First()])
    except BaseException:  # noqa: BLE001 - whatever it is, the mutant was noticed
        return 1


def _resting_on(name):
    """The modules of the core that import *name*, or one that does; and itself."""
    core = {one: _imports(one) for one in sys.modules if one.startswith("reference_")}
    found = {name}
    while more := {one for one, used in core.items() if used & found} - found:
        found |= more
    return found & core.keys()


def _imports(module):
    file = sys.modules[module].__file__
    with open(file, encoding="utf-8") as source:  # noqa: PTH123
        tree = ast.parse(source.read())
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names = {f"{node.module}.{name.name}" for node in nodes for name in node.names}
    return names | {node.module for node in nodes}


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
