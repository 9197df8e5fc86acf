"""A name for the summands of a long sum that is returned, so that the rest fits in one line."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from refactorer.printing.functions import tree
from refactorer.printing.names.aliases import NumpyNames
from refactorer.printing.names.naming import RESULTS
from refactorer.printing.names.phrases import of_value
from refactorer.printing.names.words import plural
from refactorer.printing.written import renamed
from refactorer.syntax.expressions import code

REDUCTIONS = frozenset({"sum", "mean"})


def summands(result: cst.BaseExpression, numpy: NumpyNames) -> Iterator[cst.BaseExpression]:
    """Yield what sums and means in a result are taken of, the outermost first."""
    match result:
        case cst.Call(func=cst.Attribute(owner, cst.Name(name)), args=args) if name in REDUCTIONS:
            if code(owner) not in numpy.modules:
                yield owner
            elif args and args[0].keyword is None and not args[0].star:
                yield args[0].value
        case cst.BinaryOperation(left=left, right=right):
            yield from summands(left, numpy)
            yield from summands(right, numpy)
        case cst.UnaryOperation(expression=inner):
            yield from summands(inner, numpy)


def names_of_summands(output: str, terms: cst.BaseExpression, numpy: NumpyNames) -> Iterator[str]:
    """Yield names for what is added up: losses for a loss, else what it would be called."""
    if output in RESULTS:
        yield plural(output)
    yield from of_value(renamed(tree(code(terms)), dict.fromkeys(numpy.modules, "np")))
