from __future__ import annotations

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.rule import Example, Rule
from refactorer.syntax.dataflow import bound, reads, value_of
from refactorer.syntax.expressions import code, is_call_of, names_read, operands
from refactorer.syntax.puts import put
from refactorer.syntax.renaming import Renaming
from refactorer.syntax.rewriting import module_by
from refactorer.syntax.suites import Statement


class DropCopies(Rule):
    """Change an array itself, not a copy of it, where nothing else reads the array.

    The value that is put into the array may be computed from it, since that is done before the
    array is changed.
    """

    EXAMPLES = (
        Example(
            "an array that the backward part has made",
            before="""
                bu = b * x
                bx = np.copy(bu)
                bx[0] -= np.sum(bu)
            """,
            after="""
                bx = b * x
                bx[0] -= np.sum(bx)
            """,
            shapes=dict.fromkeys(("x", "bu", "bx"), (3,)),
            gradients=("bx",),
        ),
        Example.unchanged(
            "an array that is read later",
            """
                bu = b * x
                bx = np.copy(bu)
                bx[0] -= 1.0
                by = bu * y
            """,
            shapes=dict.fromkeys(("x", "y", "bu", "bx", "by"), (3,)),
            gradients=("bx", "by"),
        ),
        Example.unchanged(
            "an array that is a gradient, too",
            """
                by = b * x
                bx = np.copy(by)
                bx[0] -= 1.0
            """,
            shapes=dict.fromkeys(("x", "y", "bx", "by"), (3,)),
            gradients=("bx", "by"),
        ),
        Example.unchanged(
            "an array of somebody else",
            """
                bx = np.copy(bz)
                bx[0] -= 1.0
            """,
            shapes=dict.fromkeys(("x", "bz", "bx"), (3,)),
            gradients=("bx",),
        ),
        Example.unchanged(
            "a view of somebody else's array",
            """
                bu = bz[::-1]
                bx = np.copy(bu)
                bx[0] -= 1.0
            """,
            shapes=dict.fromkeys(("x", "bz", "bu", "bx"), (3,)),
            gradients=("bx",),
        ),
    )

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        names = {name for text in adjoint.gradients for name in names_read(text)}
        for copy in [s for s in adjoint.backward.body if bound(s) and is_copy(s)]:
            whole = code(operands(cst.ensure_type(value_of(copy), cst.Call))[0])
            body = [*adjoint.backward.body]
            if whole not in names and is_own(whole, body, body.index(copy)):
                body.remove(copy)
                renaming = Renaming({whole: bound(copy) or ""})
                adjoint = adjoint.with_backward(module_by(renaming, cst.Module(body)))
        return adjoint


def is_copy(statement: Statement) -> bool:
    """Tell whether a statement copies what a name holds."""
    value = value_of(statement)
    return is_call_of(value, "np.copy") and isinstance(operands(value)[0], cst.Name)


def is_own(name: str, body: list[Statement], place: int) -> bool:
    """Tell whether an array is new, and read for its copy and what is first put there alone."""
    binders = [s for s in body if bound(s) == name]
    new = len(binders) == 1 and is_new(value_of(binders[0]))
    readers = [s for s in body if name in reads(s)]
    return new and all(s is body[place] or is_next(s, body, place) for s in readers)


def is_next(statement: Statement, body: list[Statement], place: int) -> bool:
    """Tell whether a statement is the one behind a place, and puts something somewhere."""
    return statement in body[place + 1 : place + 2] and put(statement) is not None


def is_new(value: cst.BaseExpression) -> bool:
    """Tell whether an expression makes an array of its own."""
    return isinstance(value, cst.BinaryOperation) or is_call_of(value, "np.where")
