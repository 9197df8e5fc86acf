"""How a function spells NumPy and SciPy: `np`, `xp`, `special`, or single functions by name."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

import libcst as cst

from refactorer.reading.contents import Definition
from refactorer.reading.literals import import_paths
from refactorer.syntax.expressions import dotted
from refactorer.syntax.rewriting import Transformer

PLAIN = "np"


@dataclass(frozen=True)
class NumpyNames:
    """The names that stand for the module, the one to use first, and the functions that have names.

    `functions` maps how a function is spelled with `np` to the name that it was imported by. SciPy
    is spelled in full in our code; its modules and functions are among them.
    """

    modules: tuple[str, ...]
    functions: Mapping[str, str]
    scipy: str = ""

    def completed(self, definitions: Sequence[Definition]) -> tuple[Definition, ...]:
        """Return definitions with the imports that our names of modules need and the user lacks."""
        numpy = Definition((PLAIN,), frozenset(), f"import numpy as {PLAIN}\n")
        scipy = Definition(("scipy",), frozenset(), "import scipy.special\n")
        imports = list(takewhile(is_import, definitions))
        return (
            *(() if self.modules else (numpy,)),
            *imports,
            *(() if self.scipy else (scipy,)),
            *definitions[len(imports) :],
        )

    @property
    def module(self) -> str:
        """The name of the module that the user would write."""
        return self.modules[0] if self.modules else PLAIN

    def spell(self, code: cst.CSTNodeT) -> cst.CSTNodeT:
        """Return code in which NumPy is `np`, spelled as the user does."""
        spelled = code.visit(Spelling(self))
        assert isinstance(spelled, type(code))
        return spelled


def is_import(definition: Definition) -> bool:
    return definition.source.startswith(("import ", "from "))


class Spelling(Transformer):
    """Replaces `np` by the user's names."""

    def __init__(self, names: NumpyNames) -> None:
        super().__init__()
        self.names = names

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        known = self.names.functions.get(dotted(original_node))
        if known:
            return cst.Name(known)
        match original_node.value:
            case cst.Name(value="np"):
                return updated_node.with_changes(value=cst.Name(self.names.module))
            case cst.Name(value="scipy") if self.names.scipy:
                return updated_node.with_changes(value=cst.Name(self.names.scipy))
        return updated_node


def numpy_names(function: ast.FunctionDef, definitions: Sequence[Definition]) -> NumpyNames:
    """Return how a function spells NumPy, the name that it writes most often first."""
    tree = ast.parse("".join(definition.source for definition in definitions))
    paths = import_paths([*tree.body, *function.body])
    modules = {name for name, path in paths.items() if path == "numpy"}
    for statement in [*tree.body, *function.body]:
        match statement:
            case ast.Assign([ast.Name(name)], ast.Name(other)) if other in modules:
                modules.add(name)
            case ast.Assign([ast.Name(name)], ast.Call(func)) if returns_module(func):
                modules.add(name)
    uses = Counter(n.id for n in ast.walk(function) if isinstance(n, ast.Name))
    return NumpyNames(
        modules=tuple(sorted(modules, key=lambda name: (-uses[name], name))),
        functions={
            path.replace("numpy", PLAIN, 1): name
            for name, path in paths.items()
            if path.startswith(("numpy.", "scipy."))
        },
        scipy=next((name for name, path in paths.items() if path == "scipy"), ""),
    )


def returns_module(function: ast.expr) -> bool:
    """Tell whether a function is one that says which module an array belongs to."""
    return ast.unparse(function).endswith("get_array_module")
