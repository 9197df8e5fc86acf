"""A name for `np.arange(n)` in an index that is assigned to, used wherever it is written so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import libcst as cst

from refactorer.flow.names import Names, loads, stores
from refactorer.syntax.dataflow import bound, value_of
from refactorer.syntax.expressions import code, dotted
from refactorer.syntax.rewriting import Transformer, module_by
from refactorer.syntax.suites import Statement, line

ONCE = (".arange", ".argsort")


def with_rows_named(statements: Sequence[Statement], names: Names) -> list[Statement]:
    """Return statements in which what the index of a put counts is counted once, on a line."""
    for place, statement in enumerate(statements):
        for text in counting_texts(statement):
            first, end = reach(text, statements, place)
            naming = NamingCalls(text, names.new("rows", "positions"))
            named = module_by(naming, cst.Module(statements[first:end])).body
            rows = line(f"{naming.name} = {text}")
            found = [*statements[:first], *headed(rows, named), *statements[end:]]
            return with_rows_named(found, names)
    return [*statements]


def counting_texts(statement: Statement) -> Iterator[str]:
    """Yield the texts of what counts in the index of a put, but for slices."""
    match statement:
        case cst.SimpleStatementLine(
            body=[
                cst.Assign(targets=[cst.AssignTarget(target=cst.Subscript(slice=parts))])
                | cst.AugAssign(target=cst.Subscript(slice=parts))
            ]
        ):
            for part in parts:
                match part.slice:
                    case cst.Index(cst.Call() as call):
                        if holds_once(call):
                            yield code(call)


def reach(text: str, statements: Sequence[Statement], place: int) -> tuple[int, int]:
    """Return the first statement with a text, and the end of those for which it says the same."""
    moving = [bool(stores(s) & loads(text)) for s in statements]
    start = max((k + 1 for k in range(place) if moving[k]), default=0)
    end = next((k for k in range(place, len(statements)) if moving[k]), len(statements))
    return next(k for k in range(start, end) if text in code(statements[k])), end


def headed(first: Statement, statements: Sequence[Statement]) -> list[Statement]:
    """Return statements behind another one, which stands below their comments."""
    above = first.with_changes(leading_lines=statements[0].leading_lines)
    return [above, statements[0].with_changes(leading_lines=()), *statements[1:]]


def places(statements: Sequence[Statement]) -> dict[str, Statement]:
    """Return the lines by the names that they alone set, to what holds each place once."""
    sets = Counter(name for s in statements for name in stores(s))
    found = {bound(s) or "": s for s in statements if bound(s) and holds_once(value_of(s))}
    return {name: s for name, s in found.items() if sets[name] == 1}


def holds_once(value: cst.BaseExpression) -> bool:
    """Tell whether an expression counts or orders places."""
    return isinstance(value, cst.Call) and dotted(value.func).endswith(ONCE)


class NamingCalls(Transformer):
    """Replaces a call by a name."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__()
        self.text, self.name = text, name

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        return cst.Name(self.name) if code(original_node) == self.text else updated_node
