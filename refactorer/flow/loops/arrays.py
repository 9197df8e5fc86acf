"""Lists of values that the turns of a loop kept: turned into an array once, not at each use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import libcst as cst

from refactorer.flow.loops.turns import Turns
from refactorer.flow.names import Names, loads
from refactorer.syntax.expressions import code
from refactorer.syntax.rewriting import Transformer
from refactorer.syntax.suites import Statement, line, statement_by


def with_one_array(turns: Turns, names: Names, numpy: str) -> Turns:
    """Return the reverse in which a list is made an array once."""
    first, after = [*turns.first], [*turns.after]
    text = "".join(map(code, (*first, *after)))
    for values in dict.fromkeys(re.findall(rf"{re.escape(numpy)}\.array\((\w+)\)", text)):
        made = f"{numpy}.array({values})"
        if text.count(made) > 1:
            brief = values.removesuffix("s")
            wanted = brief.upper() if len(brief) == 1 else f"{values}_array"
            name = names.new(wanted, f"{values}_array")
            put = {made: cst.Name(name)}
            first = [with_texts(s, put) for s in first]
            after = [with_texts(s, put) for s in after]
            place = next((k for k, s in enumerate(first) if name in loads(s)), len(first))
            first.insert(place, line(f"{name} = {made}"))
    return replace(turns, first=tuple(first), after=tuple(after))


def with_texts(statement: Statement, put: Mapping[str, cst.BaseExpression]) -> Statement:
    """Return a statement with other expressions in the places of those that say a text."""
    return statement_by(Texts(put), statement)


class Texts(Transformer):
    """Replaces calls, given as texts, by other expressions."""

    def __init__(self, put: Mapping[str, cst.BaseExpression]) -> None:
        super().__init__()
        self.put = put

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        return self.put.get(code(original_node), updated_node)
