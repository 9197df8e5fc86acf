from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeGuard

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.rule import Example, Rule
from refactorer.syntax.dataflow import bound, reads, value_of, with_value
from refactorer.syntax.expressions import (
    code,
    dotted,
    is_call_of,
    is_literal,
    literal,
    operands,
    quote,
)
from refactorer.syntax.renaming import replaced
from refactorer.syntax.rewriting import Transformer
from refactorer.syntax.suites import Statement, statement_by
from refactorer.vjps import ROWS


class UnpackLists(Rule):
    """Replace lists of cotangents: each part of a list or a tuple has a cotangent of its own.

    tangent writes one cotangent for the whole list that a function takes, or the whole tuple that
    it returns. A part that nothing reads has the cotangent zero.
    """

    EXAMPLES = (
        Example(
            "a tuple of which one part is read",
            forward="v = np.linalg.slogdet(x)\nz = v[1]",
            before="""
                bv = tangent.init_grad(v)
                # Grad of: z = v[1]
                bv = tangent.add_grad_at_index(bv, 1, bz)
                bx = tangent.pull_slogdet(bv, x)
            """,
            after="bx = tangent.pull_slogdet([0, bz], x)",
            shapes={"x": (3, 3)},
            dtypes={"v": "object", "bv": "object"},
        ),
        Example(
            "a list that a function takes",
            forward="l = [x, y]\nz = np.hstack(l)",
            before="bl = tangent.pull_hstack(bz, l)",
            after="bl = tangent.pull_hstack(bz, [x, y])",
            shapes={"x": (2,), "y": (3,), "z": (5,), "bz": (5,)},
            dtypes={"l": "object", "bl": "object"},
        ),
        Example(
            "the cotangents of a list",
            before="""
                _bl = [bz[:2], bz[2:]]
                bl = _bl
                bx = bl[0]
                by = bl[1]
            """,
            after="""
                bx = bz[:2]
                by = bz[2:]
            """,
            shapes={"bz": (5,)},
            dtypes={"bl": "object", "_bl": "object"},
        ),
        Example.unchanged(
            "one row of an array that a function takes",
            """
                bv = tangent.init_grad(x)
                bv = tangent.add_grad_at_index(bv, 0, bz)
                bx = tangent.pull_repeat(bv, x, 1, 0)
            """,
            shapes={"x": (2, 3), "bv": (2, 3), "bz": (3,), "bx": (2, 3)},
        ),
        Example.unchanged("other arrays", "bx = bz[0] * x", shapes={"x": (3,), "bz": (2, 3)}),
    )

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        unpacking = Unpacking(adjoint)
        kept = [put for s in adjoint.backward.body if (put := unpacking.rewritten(s)) is not None]
        return adjoint.with_backward(cst.Module(kept))


class Unpacking:
    """Writes statements without lists.

    `operands` are the lists that functions take and `lists` those of cotangents; `parts` are the
    cotangents of the parts of tuples, by number.
    """

    def __init__(self, adjoint: Adjoint) -> None:
        self.operands = {
            name: value_of(s)
            for s in adjoint.forward.body
            if (name := bound(s)) and isinstance(value_of(s), cst.List | cst.Tuple)
        }
        self.lists: dict[str, cst.List] = {}
        self.names = {
            code(value_of(s)): cst.Name(name)
            for s in adjoint.forward.body
            if (name := bound(s)) and isinstance(value_of(s), cst.Subscript)
        }
        self.parts: dict[str, dict[int, cst.BaseExpression]] = {
            name: {}
            for name in summed_by_part(adjoint.backward.body)
            if adjoint.shapes[name].dtype == "object"
        }

    def rewritten(self, statement: Statement) -> Statement | None:
        """Return a statement that reads parts in place of lists, None where nothing is left."""
        name = bound(statement)
        if name is None:
            return statement
        value = value_of(statement)
        if name in self.parts:
            self.note(name, value)
            return None
        held = self.listed(value)
        if held is not None:
            self.lists[name] = held
            return None
        return self.read(statement, value)

    def note(self, name: str, value: cst.BaseExpression) -> None:
        """Add what a statement adds to the cotangent of a part."""
        if not is_add_at(value):
            return
        _, place, g = operands(value)
        before = self.parts[name].get(literal(place))
        self.parts[name][literal(place)] = (
            quote("tangent.add_grad({a}, {b})", a=before, b=g) if before else g
        )

    def listed(self, value: cst.BaseExpression) -> cst.List | None:
        """Return the list of cotangents that a value stands for, if it does."""
        if isinstance(value, cst.Name):
            return self.lists.get(value.value)
        return value if isinstance(value, cst.List) else None

    def read(self, statement: Statement, value: cst.BaseExpression) -> Statement:
        """Return a statement with the parts of lists where it reads them."""
        match value:
            case cst.Subscript(value=cst.Name(name)) if name in self.lists:
                return with_value(statement, element(self.lists[name], value))
            case cst.Call() if dotted(value.func).removeprefix("tangent.") in ROWS:
                return replaced(statement, {**self.operands, **self.displays()})
        return self.named(statement)

    def named(self, statement: Statement) -> Statement:
        """Return a statement that reads the parts of a tuple by their names."""
        if not self.names:
            return statement
        return statement_by(Named(self.names), statement)

    def displays(self) -> dict[str, cst.BaseExpression]:
        """Return the cotangents of tuples; a part that nothing reads has the cotangent zero."""
        return {
            name: quote(f"[{', '.join(code(found.get(i, ZERO)) for i in range(max(found) + 1))}]")
            for name, found in self.parts.items()
            if found
        }


class Named(Transformer):
    """Puts a name in the place of `v[0]`."""

    def __init__(self, names: Mapping[str, cst.Name]) -> None:
        super().__init__()
        self.names = names

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        return self.names.get(code(original_node), updated_node)


ZERO = cst.Integer("0")


def is_add_at(value: cst.CSTNode) -> TypeGuard[cst.Call]:
    return is_call_of(value, "tangent.add_grad_at_index")


def summed_by_part(statements: Sequence[Statement]) -> set[str]:
    """Return the names of the cotangents of tuples that a row of the tables takes as a whole."""
    taken = {
        name
        for s in statements
        if bound(s) and dotted(function(value_of(s))).removeprefix("tangent.") in ROWS
        for name in reads(s)
    }
    found: dict[str, list[cst.BaseExpression]] = {}
    for statement in statements:
        if (name := bound(statement)) in taken:
            found.setdefault(name, []).append(value_of(statement))
    return {name for name, values in found.items() if all(map(is_part, values))}


def function(value: cst.BaseExpression) -> cst.BaseExpression:
    return value.func if isinstance(value, cst.Call) else cst.Name("_")


def is_part(value: cst.BaseExpression) -> bool:
    """Tell whether a value is a cotangent to start from, or adds to one part of it."""
    if is_add_at(value):
        return is_literal(operands(value)[1]) and isinstance(literal(operands(value)[1]), int)
    return is_call_of(value, "tangent.init_grad")


def element(display: cst.List, place: cst.Subscript) -> cst.BaseExpression:
    """Return the element of a list that is read at a literal place."""
    index = cst.ensure_type(place.slice[0].slice, cst.Index).value
    chosen: cst.BaseElement = display.elements[literal(index)]
    return chosen.value
