from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.dataflow import Renaming, bound, fresh, value_of
from refactorer.expressions import code, parse
from refactorer.rewriting import expression_by, module_by
from refactorer.rule import Example, Rule


class UnpackSeed(Rule):
    """Take the cotangent of a tuple apart once: `d_h, d_c = d_out`, not d_out[0] and d_out[1].

    The cotangent of a tuple is the tuple of the cotangents of its parts. Where a part is not read,
    the parts that are stay subscripts.
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
            after="bh2, bx2 = seed\nbx = bx2 + bh2 * y",
        ),
        Example.unchanged(
            "a part that is not read",
            "bx = seed[1] * y",
            forward="h = x * y\nout = (h, x)",
        ),
    )

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        parts = output_parts(adjoint)
        everything = f"{adjoint.backward.code}{adjoint.gradients}"
        pieces = [f"{adjoint.seed}[{k}]" for k in range(len(parts))]
        if not parts or any(piece not in everything for piece in pieces):
            return adjoint
        names: dict[str, str] = {}
        for piece, part in zip(pieces, parts, strict=True):
            names[piece] = fresh(f"b{part}", {*adjoint.shapes, *names.values()})
        return taken_apart(adjoint, names, parts)


def output_parts(adjoint: Adjoint) -> tuple[str, ...]:
    """Return our names of the parts of the tuple that is returned, () for any other output."""
    for node in ast.walk(ast.parse(adjoint.primal.code)):
        match node:
            case ast.Assign([ast.Name(adjoint.primal.output)], ast.Tuple(parts)):
                return tuple(map(ast.unparse, parts))
    return ()


def taken_apart(adjoint: Adjoint, names: Mapping[str, str], parts: Sequence[str]) -> Adjoint:
    """Return the adjoint that reads the parts of the seed by name."""
    first = cst.parse_statement(f"{', '.join(names.values())} = {adjoint.seed}")
    named = module_by(Parts(names), adjoint.backward)
    aliases = {
        name: code(value_of(s))
        for s in named.body
        if (name := bound(s)) and code(value_of(s)) in names.values()
    }
    renaming = Renaming(aliases)
    rest = cst.Module([s for s in named.body if bound(s) not in aliases])
    gradients = [expression_by(Parts(names), parse(g)) for g in adjoint.gradients]
    found = dict(zip(names.values(), parts, strict=True))
    return replace(
        adjoint,
        backward=cst.Module([first, *module_by(renaming, rest).body]),
        gradients=tuple(code(expression_by(renaming, g)) for g in gradients),
        cotangents={**adjoint.cotangents, **found},
        shapes={**adjoint.shapes, **{name: adjoint.shapes[part] for name, part in found.items()}},
    )


class Parts(cst.CSTTransformer):
    """Replaces subscripts by names."""

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__()
        self.names = names

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        name = self.names.get(code(updated_node))
        return cst.Name(name) if name else updated_node
