from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.rule import Example, Rule
from refactorer.shapes import Array
from refactorer.syntax.dataflow import bound, leaves, reads, value_of
from refactorer.syntax.expressions import code, names_read, parse, unparsed
from refactorer.syntax.renaming import fresh
from refactorer.syntax.rewriting import Transformer, expression_by, module_by
from refactorer.syntax.suites import Statement

OTHER = Array((), "object")  # what has no cotangent


class UnpackSeed(Rule):
    """Take the cotangent of a tuple apart once: `d_h, d_c = d_out`, not d_out[0] and d_out[1].

    The cotangent of a tuple is the tuple of the cotangents of its parts. Each of them is then a
    cotangent like any other, with the shape of its part.
    """

    EXAMPLES = (
        Example(
            "both parts are read",
            forward="h = x * y\nc = h + x\nout = (h, c)",
            before="bh_2 = seed[0] + seed[1]\nbx = seed[1] + bh_2 * y",
            after="bh, bc = seed\nbh_2 = bh + bc\nbx = bc + bh_2 * y",
        ),
        Example(
            "a part that already has a name",
            forward="h = x * y\nout = (h, x)",
            before="bh = seed[0]\nbx = seed[1] + bh * y",
            after="bh2, bx2 = seed\nbh = bh2\nbx = bx2 + bh * y",
        ),
        Example(
            "a part that is not read",
            forward="h = x * y\nout = (h, x)",
            before="bx = seed[1] * y",
            after="bh, bx2 = seed\nbx = bx2 * y",
        ),
        Example(
            "a tuple in a tuple",
            forward="h = x * y\nc = h + x\nout = (h, (c, x))",
            before="bh = seed[0]\nbt = seed[1]\nbc = bt[0]\nbx = bc + bh * y + bt[1]",
            after="bh2, (bc2, bx2) = seed\nbh = bh2\nbc = bc2\nbx = bc + bh * y + bx2",
        ),
        Example.unchanged(
            "a tuple that is read as a whole",
            "bx = np.sum(seed) * y",
            forward="h = x * y\nout = (h, x)",
        ),
        Example.unchanged(
            "a seed that is no tuple",
            "bx = seed[0] * y",
            forward="out = x * y",
            shapes={"x": (2,), "y": (2,), "seed": (2,), "out": (2,), "bx": (2,)},
        ),
    )

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        parts = output_parts(adjoint)
        if parts is None:
            return adjoint
        return reading_parts_by_name(adjoint, parts) or adjoint


def output_parts(adjoint: Adjoint) -> ast.Tuple | None:
    """Return the tuple that is returned, in our names; None for any other output."""
    for node in ast.walk(ast.parse(adjoint.primal.code)):
        match node:
            case ast.Assign([ast.Name(adjoint.primal.output)], ast.Tuple() as parts):
                return parts
    return None


def names_of_parts(adjoint: Adjoint, parts: ast.Tuple) -> dict[str, str]:
    """Return a new name for the cotangent of each part, by its subscript of the seed."""
    names: dict[str, str] = {}
    taken = {*adjoint.shapes, *reads(adjoint.backward), *adjoint.gradients}
    for path, part in leaves(parts, adjoint.seed):
        stem = part.id if isinstance(part, ast.Name) else "part"
        names[path] = fresh(f"b{stem}", {*taken, *names.values()})
    return names


def pattern(parts: ast.expr, names: Mapping[str, str], path: str) -> str:
    """Return the names of the parts in the structure of the tuple."""
    if not isinstance(parts, ast.Tuple):
        return names[path]
    inner = (pattern(part, names, f"{path}[{i}]") for i, part in enumerate(parts.elts))
    return f"({', '.join(inner)},)"


def reading_parts_by_name(adjoint: Adjoint, parts: ast.Tuple) -> Adjoint | None:
    """Return the adjoint that reads the parts of the seed by name; None if it reads it whole."""
    names = names_of_parts(adjoint, parts)
    reading = Parts(names, {adjoint.seed: adjoint.seed})
    rest = cst.Module([s for s in adjoint.backward.body if not reading.renames(s)])
    first = ast.parse(f"{pattern(parts, names, adjoint.seed)} = {adjoint.seed}")
    kept = module_by(reading, rest).body
    gradients = tuple(code(expression_by(reading, parse(g))) for g in adjoint.gradients)
    read = [*(reads(s) for s in kept), *map(names_read, gradients)]
    if any(whole in names for whole in reading.paths for names in read):
        return None
    values = {names[path]: ast.unparse(part) for path, part in leaves(parts, adjoint.seed)}
    return replace(
        adjoint,
        backward=cst.Module([cst.parse_statement(unparsed(first)), *kept]),
        gradients=gradients,
        cotangents={**adjoint.cotangents, **values},
        shapes={**adjoint.shapes, **{n: adjoint.shapes.get(v, OTHER) for n, v in values.items()}},
    )


class Parts(Transformer):
    """Reads parts of the seed by name; `paths` says which names hold tuples in it, the seed too."""

    def __init__(self, names: Mapping[str, str], paths: dict[str, str]) -> None:
        super().__init__()
        self.names = names
        self.paths = paths

    def path(self, node: cst.BaseExpression) -> str:
        """Return which subscript of the seed an expression is; anything else for what is none."""
        head, bracket, rest = code(node).partition("[")
        return f"{self.paths.get(head, '')}{bracket}{rest}"

    def renames(self, statement: Statement) -> bool:
        """Tell whether a statement only names a tuple in the seed, and note what it names."""
        name = bound(statement)
        path = self.path(value_of(statement)) if name else ""
        if name is None or not any(leaf.startswith(f"{path}[") for leaf in self.names):
            return False
        self.paths[name] = path
        return True

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        name = self.names.get(self.path(updated_node))
        return cst.Name(name) if name else updated_node
