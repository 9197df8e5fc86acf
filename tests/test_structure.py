"""Who may import whom: read from the imports of every module, and from processes."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PARENT = [
    *("draft", "errors", "files", "request", "reading", "reading.source", "notebooks"),
    *("notebooks.cells", "notebooks.shown", "command"),
    *("processes", "processes.children", "processes.errands", "processes.supervise"),
    *("command.batch", "command.config", "command.json_report", "command.modes"),
    *("command.declared", "command.options", "command.output", "command.progress"),
    *("command.settings", "command.compatible"),
    *("command.help_text", "command.in_file", "command.targets"),
    *("files.blocks", "files.digests", "reading.source_file"),
    *("html", "html.document", "html.drawing", "html.equations", "html.formulas", "html.graph"),
    *("html.layers", "html.markup", "html.mathematics", "html.operations", "html.origins"),
    *("html.costs", "html.statements", "html.steps", "html.symbols"),
    "command.terminal",
]

# Which of our modules may import the module on the left.
IMPORTED_BY = {
    "api": ["__init__"],
    "cli": ["__main__", "notebooks.magic"],
    "notebooks.cells": ["api", "notebooks.magic"],
    "notebooks.magic": ["__init__"],
    "notebooks.shown": ["api", "notebooks.magic"],
    "processes.worker": [],
    "processes.judge": [],
    "processes.supervise": ["cli", "api", "command.batch", "command.modes", "notebooks.magic"],
    "command.declared": ["cli"],
    "command.compatible": ["cli", "command.modes"],
    "command.terminal": ["cli", "command.modes"],
    "command.output": ["command.modes", "command.compatible"],
    "command.progress": ["command.terminal"],
    "command.options": ["api", "command.modes", "command.settings"],
    "command.config": ["api", "command.settings"],
    "command.settings": [
        *("cli", "command.batch", "command.modes", "command.in_file", "notebooks.magic"),
    ],
    "command.targets": ["cli"],
    "command.batch": ["cli", "command.modes", "command.compatible", "command.json_report"],
    "command.modes": ["cli"],
    "command.json_report": ["command.modes"],
    "command.in_file": ["command.batch"],
    "files.blocks": ["command.batch", "command.in_file"],
    "files.digests": ["files.blocks", "pipeline.block_code"],
    "html.document": ["command.modes"],
    "html.drawing": ["html.document"],
    "html.[!d]*": ["html.*", "notebooks.shown"],
    "processes.children": ["processes.errands"],
    "processes.channel": [
        "processes.worker",
        "processes.judge",
        "processes.examiner",
        "processes.measurer",
    ],
    "processes.examiner": [],
    "processes.measurer": [],
    "measuring.*": ["processes.measurer", "measuring.*"],
    "against.*": ["processes.examiner", "against.*"],
    "pipeline.run": ["processes.worker"],
    "pipeline.choosing": ["pipeline.run"],
    "pipeline.drafting": ["pipeline.run", "pipeline.choosing"],
    "refining.stages": ["pipeline.differentiating", "flow.*"],
    "refining.step_judge": [
        *("refining.stages", "pipeline.differentiating", "flow.weaving.blocks"),
    ],
    "refining.catalog": ["refining.stages"],
    "pipeline.*": ["pipeline.*", "processes.worker"],
    "backward.*": ["backward.*", "rules.*"],
    "emitted_test.*": ["pipeline.run", "emitted_test.*"],
    "frameworks": ["emit"],
    "frameworks.*": ["emit", "frameworks", "frameworks.*"],
    "flow.*": ["pipeline.*", "flow.*", "callables.*"],
    "callables.*": ["pipeline.subject", "callables.*"],
    "differentiation.differentiate": [
        *("pipeline.work", "refining.step_judge", "measuring.contenders"),
        *("flow.weaving.blocks", "flow.function", "flow.prepared"),
    ],
    "differentiation.*": [
        *("differentiation.*", "pipeline.*", "refining.step_judge", "flow.*", "primal.*"),
        "measuring.*",
    ],
    "primal.activity": ["differentiation.*", "pipeline.work", "primal.*"],
    "dialects.*": ["pipeline.asked", "emit", "pipeline.run", "dialects.*"],
    "dialects.array_standard": ["emit"],
    "emit": ["pipeline.*", "emitted_test.check"],
    "judging.verify": ["pipeline.*", "refining.*", "processes.judge", "flow.weaving.*"],
    "judging.frameworks.[!o]*": [],  # the judge loads the one that it needs by its name
    "judging.[!fv]*": [
        *("judging.*", "pipeline.*", "refining.*", "against.*", "emitted_test.check"),
        "processes.examiner",
    ],
    "judging.fragility.weaknesses": ["processes.judge"],
    "judging.forced": [
        "judging.*",
        "pipeline.differentiating",
        "pipeline.untaken",
        "flow.calling.helpers",
        "flow.structure.unreached",
    ],
    "reading.*": [
        *(
            "reading.*",
            "command.*",
            "cli",
            "primal.*",
            "pipeline.*",
            "flow.*",
            "callables.*",
            "arguments.*",
        ),
        *("printing.*", "frameworks", "frameworks.*", "dialects.*", "emit", "emitted_test.*"),
        *("files.*", "against.subject", "execution.definitions", "differentiation.*", "rule"),
    ],
    "primal.*": [
        *("primal.*", "pipeline.*", "flow.*", "differentiation.*", "printing.*"),
        *("adjoint", "rule", "rules.*", "against.subject"),
    ],
    "printing.*": [
        *("printing.*", "pipeline.*", "flow.*", "callables.*", "rules.*"),
        *("frameworks", "frameworks.*", "dialects.*", "emit"),
    ],
    "arguments.*": [
        *("arguments.*", "pipeline.*", "flow.calling.*", "judging.*", "primal.*", "against.*"),
        *("emitted_test.*", "execution.definitions", "frameworks.*", "measuring.costs"),
        "printing.page",
    ],
    "printing.any_axis": ["pipeline.emitting", "flow.calling.helpers"],
    "vjps": ["vjps.register", "rules.inline_formulas", "rules.unpack_lists"],
    "vjps.register": ["differentiation.engine"],
    "vjps.notation": [
        *(
            "vjps",
            "vjps.*",
            "differentiation.engine",
            "differentiation.differentiate",
            "flow.calling.elementary",
            "rules.inline_formulas",
        ),
    ],
    "vjps.[!nr]*": ["vjps", "vjps.*"],
    "vjps.reductions": ["vjps", "vjps.*"],
    "rules": [],  # the catalogue loads it by path
    "rules.*": ["rules"],
}

# Which of our modules may import the distribution on the left.
THIRD_PARTY = {
    "tangent": ["differentiation.engine", "vjps.register"],
    "gast": ["vjps.*"],
    "black": ["emit"],
    "click": ["cli", "command.declared", "command.terminal"],
    "tomli": ["command.config"],
    "IPython": ["notebooks.magic"],
    "autograd": ["judging.frameworks.autograd", "measuring.contenders"],
    "jax": ["judging.frameworks.jax"],
    "thinc": [],
    "torch": ["judging.frameworks.torch"],
    "rules": [],  # this import name belongs to another distribution
    "libcst.matchers": [],  # slow to import, and `match` says the same
}

# What of ours a rule may import; the last rules, which speak the user's words, also those.
FOR_RULES = [
    "adjoint",
    "algebra.*",
    "backward.*",
    "rule",
    "shapes",
    "syntax.*",
    "vjps",
    "vjps.notation",
]
WORDS = ["primal.normalise", "printing.*"]
IN_WORDS = ["rules.name_cotangents", "rules.split_forward_backprop"]


def module_files() -> Iterator[tuple[str, Path]]:
    """Yield the modules of the package, by their names without the package's."""
    for folder, prefix in ((ROOT / "refactorer", ()), (ROOT / "rules", ("rules",))):
        for path in sorted(folder.rglob("*.py")):
            parts = (*prefix, *path.relative_to(folder).with_suffix("").parts)
            yield ".".join(parts[:-1] if parts[1:] and parts[-1] == "__init__" else parts), path


FILES = dict(module_files())


def imported(tree: ast.AST, package: str) -> Iterator[str]:
    """Yield the full names of what a syntax tree imports, `import_module("...")` included."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                base = ".".join(filter(None, [package if level else "", module]))
                yield from (f"{base}.{name.name}" for name in names)
            case ast.Call(
                func=ast.Name(id="import_module") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(module)), *_],
            ):
                yield module


def is_for_types(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def imports(module: str, *, executed: bool = False) -> frozenset[str]:
    """Return the full names of what a module imports; if `executed`, without those for types."""
    tree = ast.parse(FILES[module].read_text())
    if executed:
        tree.body = [node for node in tree.body if not is_for_types(node)]
    package = "refactorer.rules" if module.startswith("rules") else "refactorer"
    return frozenset(imported(tree, package))


def ours(names: frozenset[str]) -> set[str]:
    """Return which of our modules the full names stand for, or are defined in."""
    short = {name.removeprefix("refactorer.") for name in names if name.startswith("refactorer.")}
    return {name if name in FILES else name.rpartition(".")[0] for name in short} & set(FILES)


def closure(start: str) -> set[str]:
    """Return all modules that are executed when one is imported."""
    found, waiting = set(), {start}
    while waiting:
        module = waiting.pop()
        found.add(module)
        waiting |= ours(imports(module, executed=True)) - found
    return found


def third_party(modules: set[str]) -> set[str]:
    """Return the top-level names that modules import from outside the project and Python."""
    names = {name.split(".")[0] for module in modules for name in imports(module, executed=True)}
    return names - set(sys.stdlib_module_names) - {"refactorer"}


def fits(module: str, patterns: list[str]) -> bool:
    return any(fnmatch(module, pattern) for pattern in patterns)


def test_the_tables_speak_of_modules_that_exist() -> None:
    users = [user for table in (IMPORTED_BY, THIRD_PARTY) for row in table.values() for user in row]
    named = {*IMPORTED_BY, *users, *FOR_RULES, *WORDS, *IN_WORDS}
    assert {name for name in named if not any(fnmatch(module, name) for module in FILES)} == set()


@pytest.mark.parametrize("module", FILES)
def test_who_may_import_whom(module: str) -> None:
    for name in ours(imports(module)):
        for pattern, users in IMPORTED_BY.items():
            if fnmatch(name, pattern):
                assert fits(module, users), f"{module} imports {name}"


@pytest.mark.parametrize("module", FILES)
def test_who_may_import_what_from_outside(module: str) -> None:
    for name in imports(module):
        for distribution, users in THIRD_PARTY.items():
            if f"{name}.".startswith(f"{distribution}."):
                assert fits(module, users), f"{module} imports {name}"


@pytest.mark.parametrize("rule", [module for module in FILES if module.startswith("rules.")])
def test_a_rule_imports_no_other_rule(rule: str) -> None:
    allowed = FOR_RULES + WORDS if rule in IN_WORDS else FOR_RULES
    for name in ours(imports(rule)):
        assert fits(name, allowed), f"{rule} imports {name}"


def test_no_module_imports_itself_by_way_of_others() -> None:
    TopologicalSorter({module: ours(imports(module)) - {module} for module in FILES}).prepare()


def test_the_parent_knows_neither_the_work_nor_what_it_needs() -> None:
    for start in ("cli", "api"):
        assert closure(start) - {start} <= {"__init__", *PARENT}
        assert third_party(closure(start)) <= {"click", "tomli", "tomllib"}


@pytest.mark.parametrize("child", ["processes.judge", "processes.examiner"])
def test_who_judges_knows_neither_tangent_nor_the_rules(child: str) -> None:
    assert third_party(closure(child)) <= {"numpy"}


def loaded(program: str) -> set[str]:
    """Return the names of all modules that a program leaves loaded."""
    show = f"{program}; import sys; print(*sys.modules)"
    python = [sys.executable, "-c", show]
    return set(subprocess.run(python, capture_output=True, text=True, check=True).stdout.split())


HEAVY = {"numpy", "tangent", "libcst", "black", "scipy"}


@pytest.mark.parametrize("module", ["refactorer", "refactorer.cli", "refactorer.api"])
def test_the_command_is_up_at_once(module: str) -> None:
    assert not loaded(f"import {module}") & HEAVY


def test_the_page_is_loaded_where_it_is_asked_for() -> None:
    assert not {m for m in loaded("import refactorer.cli") if m.startswith("refactorer.html")}


def test_the_package_alone_loads_nothing_of_itself() -> None:
    assert {name for name in loaded("import refactorer") if name.startswith("refactorer.")} == set()


@pytest.mark.parametrize("child", ["processes.judge", "processes.examiner"])
def test_who_judges_loads_no_tangent(child: str) -> None:
    assert loaded(f"import refactorer.{child}") & HEAVY == {"numpy"}


def test_the_worker_imports_no_framework_and_changes_nothing() -> None:
    program = "import os; before = dict(os.environ); import refactorer.processes.worker"
    modules = loaded(f"{program}; assert dict(os.environ) == before")
    assert not modules & {"torch", "jax", "tensorflow", "keras", "libcst.matchers", "rules"}


def test_every_package_is_listed() -> None:
    packages = {
        ".".join(["refactorer", *module.split(".")])
        for module, path in FILES.items()
        if path.name == "__init__.py" and module != "__init__"
    }
    listed = (ROOT / "pyproject.toml").read_text().split("packages = [")[1].split("]")[0]
    assert set(listed.replace('"', "").replace(",", " ").split()) == {"refactorer", *packages}


@pytest.mark.parametrize("package", [m for m, path in FILES.items() if path.name == "__init__.py"])
def test_a_package_speaks_of_files_that_exist(package: str) -> None:
    said = ast.get_docstring(ast.parse(FILES[package].read_text())) or ""
    for name in re.findall(r"`([a-z_]+)`", said):
        beside = f"{package.rpartition('.')[0]}.{name}".removeprefix(".")
        assert {f"{package}.{name}", beside} & FILES.keys(), f"{package} has no {name}"


def test_the_top_level_is_as_it_was_agreed() -> None:
    agreed = {"LICENSE", "README.md", "pyproject.toml", "requirements.lock"}
    folders = {"refactorer", "rules", "samples", "tests"}
    ignored = {"build", "dist", "venv", "refactor_grad.egg-info"}
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert found - ignored == agreed | folders
