"""Pieces of text that several forms are made of."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import indent

import libcst as cst

from refactorer.adjoint import text_of
from refactorer.errors import Place, Refused
from refactorer.printing.names.aliases import PLAIN
from refactorer.printing.page import Page, Setting
from refactorer.printing.written import names_in
from refactorer.reading.contents import Definition
from refactorer.reading.literals import import_paths
from refactorer.reading.target import Parameter
from refactorer.syntax.dataflow import bound_in, reads, writes
from refactorer.syntax.renaming import NamesOfValues
from refactorer.syntax.suites import Statement


@dataclass(frozen=True)
class FormText:
    """The text of a form, and the imports that it may need."""

    text: str
    imports: tuple[Definition, ...] = ()


def importing(*lines: str) -> tuple[Definition, ...]:
    """Return imports as definitions, those of the standard library apart from the others."""
    found = []
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        names = tuple(import_paths(ast.parse(line).body))
        blank = "\n" if is_standard(line) and not is_standard(after) else ""
        found.append(Definition(names, frozenset(), f"{line}\n{blank}"))
    return tuple(found)


def imports(text: str, offered: Mapping[str, Sequence[str]]) -> tuple[Definition, ...]:
    """Return the imports of what a text reads, given the names that modules offer."""
    read = names_in(text)
    used = {module: [n for n in names if n in read] for module, names in offered.items()}
    return importing(*(f"from {m} import {', '.join(names)}" for m, names in used.items() if names))


def is_standard(line: str) -> bool:
    """Tell whether an import is of a module that comes with Python."""
    return any(path.split(".")[0] in sys.stdlib_module_names for path in line.split()[1:2])


def suite(statements: Iterable[Statement], depth: int = 1) -> str:
    """Return the text of statements in a suite that is so deep."""
    return indent(text_of(cst.Module([*statements])), "    " * depth)


def head(page: Page) -> str:
    """Return the docstring of the function as that of a class, and what stands below it."""
    return suite(page.function.docstring) + "\n" * bool(page.function.docstring)


def parameters(page: Page) -> tuple[Parameter, ...]:
    """Return the parameters of the user's function."""
    return page.adjoint.primal.target.parameters


def signature(found: Iterable[Parameter]) -> str:
    """Return the text of parameters, without annotations."""
    return ", ".join(p.name if p.default is None else f"{p.name}={p.default}" for p in found)


def wanted_first(page: Page) -> tuple[list[Parameter], list[Parameter]]:
    """Return the parameters that are asked for, in that order, and the others."""
    by_name = {p.name: p for p in parameters(page)}
    wanted = [by_name.pop(name) for name in page.adjoint.primal.wrt]
    return wanted, [*by_name.values()]


def outside(page: Page, lines: Sequence[Statement]) -> list[str]:
    """Return the values of the forward part that lines of the backward part read.

    Arguments come first, then the values in the order in which they are computed.
    """
    own = {page.adjoint.seed}.union(*map(writes, lines))
    read = {name for line in lines for name in reads(line)} - own
    made = (name for statement in page.function.work for name in bound_in(statement))
    return [n for n in dict.fromkeys([*(p.name for p in parameters(page)), *made]) if n in read]


def setting(page: Page) -> Setting:
    """Return the setting of a page that is printed in a form of another package."""
    assert page.setting is not None
    return page.setting


def rank(page: Page, name: str) -> int:
    """Return the rank of an argument."""
    return len(setting(page).inputs[name].shape)


def returns_number(page: Page) -> bool:
    """Tell whether the output is one number."""
    seed = page.adjoint.shapes.get(page.adjoint.seed)
    return seed is None or (not seed.shape and seed.dtype != "object")


def expect_number(page: Page, place: str) -> None:
    """Raise Refused unless the output is one number."""
    if not returns_number(page):
        raise other_form(
            page,
            f"{place} takes a function that returns one number, and this returns more",
            "Sum what it returns, or say with --shape which of its arguments are scalars",
        )


def named_output(page: Page) -> str:
    """Return the name of the output if it stands for nothing else in the function, else ""."""
    if not isinstance(page.function.result, cst.Name):
        return ""
    stores = [n for s in page.function.work for n in bound_in(s)].count(page.output)
    given = [p.name for p in parameters(page)]
    return page.output if stores <= 1 and page.output not in given else ""


def refused(page: Page, reason: str, hint: str) -> Refused:
    """Return the refusal of a form, which names the function."""
    return Refused(reason, hint, place_of(page))


def other_form(page: Page, reason: str, hint: str) -> Refused:
    """Return the refusal of a form that is one of other functions."""
    return Refused(reason, hint, place_of(page), code="other-form")


def place_of(page: Page) -> Place:
    """Return where the function stands."""
    target = page.adjoint.primal.target
    return Place(target.file, target.line, 1)


def numpy_of(page: Page) -> tuple[str, tuple[Definition, ...]]:
    """Return the name of NumPy, and its import where the user has none."""
    names = page.probe.numpy
    return names.module, () if names.modules else importing(f"import numpy as {PLAIN}")


def rehomed(text: str, page: Page, homes: Mapping[str, str]) -> str:
    """Return a text that reads other modules in the place of NumPy, "np", and SciPy, "scipy"."""
    names, spelled = page.probe.numpy, {}
    for name in names.modules or (PLAIN,):
        spelled[name] = PLAIN
    spelled |= {name: path for path, name in names.functions.items()}
    spelled |= {names.scipy: "scipy"} if names.scipy else {}
    found = {name: at_home(path, homes) for name, path in spelled.items()}
    return cst.parse_module(text).visit(Rehoming(found)).code


def at_home(path: str, homes: Mapping[str, str]) -> str:
    """Return the path of a module or a function whose first part has another name."""
    root, *rest = path.split(".")
    return ".".join([homes.get(root, root), *rest])


class Rehoming(NamesOfValues):
    """Replaces names of modules and functions by paths."""

    def __init__(self, paths: Mapping[str, str]) -> None:
        super().__init__()
        self.paths = paths

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        path = self.paths.get(original_node.value)
        return cst.parse_expression(path) if path else updated_node

    def leave_Param(self, original_node: cst.Param, updated_node: cst.Param) -> cst.Param:
        return updated_node.with_changes(name=original_node.name)


def returning(text: str) -> cst.SimpleStatementLine:
    """Return the statement that returns what a text says."""
    return cst.SimpleStatementLine([cst.Return(cst.parse_expression(text))])


def value_or_tuple(parts: Sequence[str]) -> str:
    """Return the text of one value, or of a tuple of several or of none."""
    return parts[0] if len(parts) == 1 else f"({', '.join(parts)})"


def unpacking(names: Sequence[str], value: str) -> str:
    """Return the line of a function that takes a tuple apart."""
    comma = "," if len(names) == 1 else ""
    return f"    {', '.join(names)}{comma} = {value}\n"
