"""Errors for constructs that are not supported, in the user's terms, with a way out."""

from __future__ import annotations

import ast

from refactorer.errors import Refused
from refactorer.reading.source import Located, Source
from refactorer.reading.target import Target

UNROLL = "Write its steps out, or say it with operations on whole arrays"
CHOOSE = "Use np.where, or give each case a function of its own"
BUILD = "Build the array in one expression, with np.where, np.concatenate or np.stack"
MOVE_OUT = "Do it outside, and pass the result as an argument"
PLAIN = "Write it as plain assignments"
NUMPY = "Write it with NumPy's functions, or do it outside and pass the result as an argument"
INLINE = "Write its steps where it is called"
PARTS = "Compute its real and its imaginary part, as arrays of their own"
WAVES = (
    "Write it as products with np.cos(angles) and np.sin(angles), "
    "where angles = 2 * np.pi * np.outer(np.arange(n), np.arange(n)) / n"
)
RENAME = "Rename it"

# By the names of the node types: some of them are younger than the oldest Python.
REASONS: dict[str, tuple[str, str]] = {
    "For": ("a loop", UNROLL),
    "AsyncFor": ("a loop", UNROLL),
    "While": ("a loop", UNROLL),
    "ListComp": ("a comprehension", UNROLL),
    "SetComp": ("a comprehension", UNROLL),
    "DictComp": ("a comprehension", UNROLL),
    "GeneratorExp": ("a comprehension", UNROLL),
    "If": ("a branch", CHOOSE),
    "Match": ("a branch", CHOOSE),
    "IfExp": ("a conditional expression", CHOOSE),
    "BoolOp": ("`and` or `or`", "Use np.logical_and or np.logical_or"),
    "With": ("a `with` block", PLAIN),
    "AsyncWith": ("a `with` block", PLAIN),
    "Try": ("a `try` block", PLAIN),
    "TryStar": ("a `try` block", PLAIN),
    "Raise": ("a `raise`", MOVE_OUT),
    "Delete": ("a `del`", "Leave it out"),
    "Global": ("a `global` statement", "Pass the value as an argument"),
    "Nonlocal": ("a `nonlocal` statement", "Pass the value as an argument"),
    "Import": ("this import inside a function", "Move it to the top of the file"),
    "ImportFrom": ("this import inside a function", "Move it to the top of the file"),
    "FunctionDef": ("a function inside a function", INLINE),
    "AsyncFunctionDef": ("a function inside a function", INLINE),
    "Lambda": ("a lambda", INLINE),
    "ClassDef": ("a class inside a function", "Move it out of the function"),
    "Yield": ("a generator", "Return the value"),
    "YieldFrom": ("a generator", "Return the value"),
    "Await": ("an `await`", MOVE_OUT),
    "NamedExpr": ("an assignment inside an expression", "Assign on a line of its own"),
    "Starred": ("a starred expression", "Name its parts one by one"),
    "Dict": ("a dict", "Use a tuple, or a name for each value"),
    "Set": ("a set", "Use a tuple, or a name for each value"),
    "JoinedStr": ("an f-string", MOVE_OUT),
    "Expr": ("a statement whose value is not used", "Leave it out, or assign what it computes"),
}


def refused(target: Target, node: Located, reason: str, hint: str, *, code: str = "") -> Refused:
    """Return the error at a node of the target's source, placed in the user's file."""
    column = Source(target.source).column(node.lineno, node.col_offset) + 1
    return Refused(reason, hint, target.place(node.lineno, column), code=code)


def not_taken(target: Target, node: Located) -> Refused:
    """Return the error for a construct that is not taken."""
    what, hint = REASONS.get(type(node).__name__, (f"`{ast.unparse(node)}`", NUMPY))
    return refused(target, node, f"{what} is not taken", hint)
