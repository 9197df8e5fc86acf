from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.backward.inlining import InliningBlock
from refactorer.rule import Example, Rule
from refactorer.syntax.dataflow import bound, mutates, value_of, writes
from refactorer.syntax.expressions import bare, code
from refactorer.syntax.renaming import renamed
from refactorer.syntax.rewriting import Transformer


class DropAliases(Rule):
    """Give each value one name: tangent names each contribution before it names the cotangent.

    Of two names for one value the first is kept. A contribution that is the whole cotangent gets
    the name of the cotangent.
    """

    EXAMPLES = (
        Example(
            "the only contribution",
            before="""
                # Grad of: z = x * y
                _bx = bz * y
                _by = bz * x
                bx = _bx
                by = _by
            """,
            after="""
                # Grad of: z = x * y
                bx = bz * y
                by = bz * x
            """,
            gradients=("bx", "by"),
        ),
        Example(
            "a local name of a rule of tangent's",
            before="""
                solved = np.linalg.solve(x.T, bz)
                bx = -np.outer(solved, z)
                by = solved
            """,
            after="""
                by = np.linalg.solve(x.T, bz)
                bx = -np.outer(by, z)
            """,
            shapes={"x": (3, 3), "y": (3,), "z": (3,), "bz": (3,)},
            gradients=("bx", "by"),
        ),
        Example(
            "a value of the forward part",
            before="""
                _z = z
                bx = bz * _z * _z
            """,
            after="bx = bz * z * z",
            gradients=("bx",),
        ),
        Example(
            "a gradient that is another one's cotangent",
            before="""
                bx = bz
                by = bz * x
            """,
            after="by = bz * x",
            gradients=("bx", "by"),
        ),
        Example(
            "a part of a tuple",
            forward="v = np.linalg.eigh(x)\nw = v[1]",
            before="bx = v[1] @ bz",
            after="bx = w @ bz",
            shapes={"x": (3, 3), "w": (3, 3), "bz": (3, 3)},
            dtypes={"v": "object"},
            gradients=("bx",),
        ),
        Example.unchanged(
            "a contribution among others",
            """
                bx = bz * y
                _bx = bw * y
                bx = tangent.add_grad(bx, _bx)
            """,
            gradients=("bx",),
        ),
        Example.unchanged(
            "a name that is bound again",
            """
                v = x
                x = 2 * v
                bx = v + x * x
            """,
            gradients=("bx",),
        ),
    )

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        adjoint = with_whole_cotangents(adjoint)
        block = InliningBlock(adjoint)
        for i in block.positions():
            into_alias = any(names_only(block, j, i) for j in block.readers(i))
            if block.is_alias(i) or (into_alias and block.is_temporary(i)):
                block.move(i)
        return with_named_parts(block.inlined())


def with_named_parts(adjoint: Adjoint) -> Adjoint:
    """Return the adjoint with the names that the parts of tuples have."""
    names = {
        code(value): name
        for s in adjoint.forward.body
        if (name := bound(s))
        and isinstance(value := value_of(s), cst.Subscript)
        and isinstance(value.value, cst.Name)
        and value.value.value in adjoint.shapes
        and adjoint.shapes[value.value.value].dtype == "object"
    }
    return adjoint.with_backward(adjoint.backward.visit(NamedParts(names))) if names else adjoint


class NamedParts(Transformer):
    """Reads the parts of tuples by their names."""

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__()
        self.names = names

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        name = self.names.get(code(updated_node))
        return cst.Name(name) if name else updated_node


def with_whole_cotangents(adjoint: Adjoint) -> Adjoint:
    """Return the adjoint with a whole cotangent under the cotangent's name from the start."""
    body = adjoint.backward.body
    times = Counter(name for s in body for name in writes(s) - mutates(s))
    aliases: dict[str, str] = {}
    kept = []
    for statement in body:
        name = bound(statement) or ""
        source = bare(statement).partition(" = ")[2] if name else ""
        known = source in adjoint.cotangents or source in aliases
        whole = name in adjoint.cotangents and not known
        if whole and times[name] == times[source] == 1:
            aliases[source] = name
        else:
            kept.append(statement)
    backward = cst.Module([renamed(statement, aliases) for statement in kept])
    gradients = tuple(aliases.get(gradient, gradient) for gradient in adjoint.gradients)
    changed = adjoint.with_backward(backward, gradients)
    shapes = {aliases.get(name, name): array for name, array in adjoint.shapes.items()}
    return changed if changed is adjoint else replace(changed, shapes=shapes)


def names_only(block: InliningBlock, j: int, i: int) -> bool:
    """Tell whether statement j only gives the value of statement i another name."""
    return block.names[j] is not None and block.text(j) == block.name(i)
