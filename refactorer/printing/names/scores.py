"""Names for sums of matrix products that have none, after what is computed from each of them.

In an LSTM, the argument of the sigmoid that is called `forget` is told from the others by it.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping

from refactorer.printing.names.forms import function_and_operand
from refactorer.printing.names.words import REDUCTIONS


def outcomes(definitions: Mapping[str, ast.expr], users: Mapping[str, str]) -> dict[str, str]:
    """Return, for each such sum, the user's name for what is computed from it.

    Returns nothing if that is one name for all, which tells none apart. `definitions` are the
    operations that compute values, `users` the user's names of some.
    """
    readers = defaultdict[str, list[str]](list)
    for value, operation in definitions.items():
        for name in operands(operation):
            readers[name].append(value)

    def outcome(value: str) -> str:
        while value not in users:
            if len(readers[value]) != 1 or not is_elementwise(definitions[readers[value][0]]):
                return ""
            (value,) = readers[value]
        return users[value]

    scores = [v for v in definitions if v not in users and is_score(v, definitions, users)]
    found = {value: name for value in scores if (name := outcome(value))}
    return found if len({*found.values()}) > 1 else {}


def is_score(value: str, definitions: Mapping[str, ast.expr], users: Mapping[str, str]) -> bool:
    """Tell whether a value is a sum with a matrix product, or a product of what has no name."""
    match definitions.get(value):
        case ast.BinOp(op=ast.Add()) as sum_:
            terms = [definitions.get(name) for name in operands(sum_)]
            products = (isinstance(t, ast.BinOp) and isinstance(t.op, ast.MatMult) for t in terms)
            return any(products) or any(is_score(t, definitions, users) for t in operands(sum_))
        case ast.BinOp(op=ast.MatMult()) as product:
            return any(n in definitions and n not in users for n in operands(product))
    return False


def is_elementwise(operation: ast.expr) -> bool:
    """Tell whether an operation leaves each element where it is."""
    is_product = isinstance(operation, ast.BinOp) and isinstance(operation.op, ast.MatMult)
    return not is_product and function_and_operand(operation)[0] not in REDUCTIONS


def operands(operation: ast.expr) -> Iterator[str]:
    """Yield the names that an operation reads."""
    yield from (node.id for node in ast.walk(operation) if isinstance(node, ast.Name))
