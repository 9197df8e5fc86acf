"""Names of a function that hold NumPy: `xp = get_array_module(X)`, for each of its straight lines.

Straight lines that are a function of their own read `xp` from around them, as they do `np`.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from refactorer.adjoint import Adjoint
from refactorer.execution.filled import always_alike
from refactorer.flow.straight import ARRAY_MODULE
from refactorer.reading.contents import Definition
from refactorer.reading.target import Target


def with_modules(target: Target) -> Target:
    """Return a target around which the names that hold NumPy are imported."""
    return replace(target, definitions=(*imports(target).values(), *target.definitions))


def namespace_of(target: Target, namespace: Mapping[str, object]) -> Mapping[str, object]:
    """Return the namespace with the names that hold NumPy.

    Straight lines are judged alone, and may make an array that later ones fill.
    """
    found = {**dict.fromkeys(imports(target), np), **namespace}
    return {name: always_alike(value) for name, value in found.items()}


def without_modules(adjoint: Adjoint, target: Target) -> Adjoint:
    """Return an adjoint of which the imports are taken back: the names are set in the function."""
    extra = imports(target).values()
    own = adjoint.primal.target
    kept = replace(own, definitions=tuple(d for d in own.definitions if d not in extra))
    return replace(adjoint, primal=replace(adjoint.primal, target=kept))


def imports(target: Target) -> Mapping[str, Definition]:
    """Return imports of NumPy by the names that functions give to an array's module."""
    names = []
    for node in ast.walk(ast.parse(target.module)):
        match node:
            case ast.Assign([ast.Name(name)], ast.Call(function)):
                names += [name] if ast.unparse(function).endswith(ARRAY_MODULE) else []
    return {n: Definition((n,), frozenset(), f"import numpy as {n}\n") for n in names}
