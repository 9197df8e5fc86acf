"""The gradients of straight lines, put where the cotangents of a callback are kept."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import libcst as cst

from refactorer.flow.names import bound_by, expression, loads
from refactorer.flow.weaving.woven import State
from refactorer.syntax.dataflow import bound, reads, value_of
from refactorer.syntax.expressions import code, tidy, without_sign
from refactorer.syntax.renaming import renamed
from refactorer.syntax.suites import Statement, line


def accumulated(
    lines: Sequence[Statement],
    values: Mapping[str, str],
    state: State,
    cotangents: Mapping[str, str],
) -> tuple[list[Statement], State]:
    """Return the lines that bring the cotangents up to date, and the state after them.

    `values` are the gradients by the names whose cotangents they are added to.
    """
    found, put = [*lines], dict(state)
    steps: list[Step] = []
    shared = Counter(values.values())
    renaming: dict[str, str] = {}
    for name, text in values.items():
        if is_zero(text, found):
            continue
        target, owned = cotangents[name], put.get(name)
        others = [value for other, value in values.items() if other != name]
        found, step = placed(found, text, target, owned, others)
        if not step:
            renaming[text] = target
        steps += step
        fresh = shared[text] == 1 and is_fresh(text, found, target)
        put[name] = fresh if owned is None else owned
    used = frozenset().union(*(loads(s) for s in found), *(loads(s.value) for s in steps))
    found = [s for s in found if bound(s) not in values.values() or bound(s) in used]
    steps = [replace(s, value=with_names(s.value, renaming)) for s in steps]
    return [*found, *ordered([s for s in steps if s.target != s.value or s.adds])], put


def with_names(text: str, names: Mapping[str, str]) -> str:
    """Return an expression that reads other names."""
    found = renamed(line(text), names) if not names.keys().isdisjoint(loads(text)) else None
    return code(found).strip() if found else text


@dataclass(frozen=True)
class Step:
    """`target = value` or `target += value`."""

    target: str
    value: str
    adds: bool = False
    in_place: bool = False

    @property
    def line(self) -> Statement:
        """The statement."""
        if self.adds:
            return line_adding(self.target, self.value, in_place=self.in_place)
        return line(f"{self.target} = {self.value}")

    @property
    def whole(self) -> str:
        """The value that the target gets."""
        return sum_with_cotangent(self.target, self.value) if self.adds else self.value


def is_zero(text: str, lines: Sequence[Statement]) -> bool:
    """Tell whether a gradient is zero, and nothing is put into it."""
    if is_zeros(cst.parse_expression(text)):
        return True
    own = [s for s in lines if text in bound_by([s]) or text in loads(s)]
    return len(own) == 1 and bound(own[0]) == text and is_zeros(value_of(own[0]))


def is_zeros(value: cst.BaseExpression) -> bool:
    """Tell whether a value is zeros in the shape of another."""
    return code(value).partition("(")[0].endswith(".zeros_like") or code(value) in ("0.0", "0")


def placed(
    lines: Sequence[Statement],
    text: str,
    target: str,
    owned: bool | None,
    others: Sequence[str],
) -> tuple[list[Statement], list[Step]]:
    """Return the lines, and the steps after them that give a cotangent its value.

    `owned` is None if there is no cotangent yet, else it tells whether the array is our own. If it
    is, a gradient that is built in place is built in the cotangent itself, unless another line, or
    one of the `others`, reads the gradient.
    """
    first = next((s for s in lines if bound(s) == text), None)
    scattered = first is not None and is_zeros(value_of(first))
    seen = bound_by(lines).union(*map(loads, (*lines, *others)))
    if first is not None and owned is None and target not in seen:
        return [renamed(s, {text: target}) for s in lines], []
    alone = not any(text in read_by(s, text) for s in lines) and not any(
        text in loads(other) for other in others
    )
    if scattered and owned and alone:
        rest = [adding(s, text) for s in lines if s is not first]
        return [renamed(s, {text: target}) for s in rest], []
    if owned is None:
        return [*lines], [Step(target, text)]
    return [*lines], [Step(target, text, adds=True, in_place=owned)]


def read_by(statement: Statement, name: str) -> frozenset[str]:
    """Return the names that a line reads beside the array of which it sets a part."""
    match ast.parse(code(statement).strip()).body:
        case [ast.Assign(targets=[ast.Subscript(value=ast.Name(id=array))], value=value)]:
            return loads(ast.unparse(value)) | (loads(statement) - {array, name})
        case [ast.AugAssign(target=ast.Subscript(value=ast.Name(id=array)), value=value)]:
            return loads(ast.unparse(value)) | (loads(statement) - {array, name})
        case [ast.Expr(value=ast.Call(args=[ast.Name(id=array), *rest]))]:
            return frozenset().union(*(loads(ast.unparse(a)) for a in rest)) - {array}
    return loads(statement)


def adding(statement: Statement, name: str) -> Statement:
    """Return a line that adds to an array where the statement sets a part of it."""
    match statement:
        case cst.SimpleStatementLine(
            body=[cst.Assign(targets=[cst.AssignTarget(target=cst.Subscript() as place)], value=v)]
        ) if code(place.value) == name:
            return line_adding(code(place), code(v), in_place=True)
    return statement


def line_adding(target: str, value: str, in_place: bool) -> Statement:
    """Return the statement that adds a value to a cotangent, or takes away what is negative."""
    if not in_place:
        return line(f"{target} = {sum_with_cotangent(target, value)}")
    value = without_filling(value)
    positive = without_sign(value)
    return line(f"{target} -= {positive}" if positive else f"{target} += {value}")


def without_filling(value: str) -> str:
    """Return what is added to a whole cotangent, without filling an array with it first."""
    match expression(value):
        case ast.Call(func=ast.Attribute(attr="full_like"), args=[_, filling], keywords=[]):
            return ast.unparse(filling)
    return value


def sum_with_cotangent(target: str, value: str) -> str:
    """Return the sum of a cotangent and a value."""
    value = without_filling(value)
    positive = without_sign(value)
    if not positive:
        return f"{target} + {value}"
    return tidy(f"{target} - ({positive})")


def is_fresh(text: str, lines: Sequence[Statement], target: str) -> bool:
    """Tell whether a gradient is surely an array that nothing else holds."""
    first = next((s for s in lines if bound(s) in (text, target)), None)
    value = value_of(first) if first is not None else cst.parse_expression(text)
    return isinstance(value, cst.BinaryOperation) or is_zeros(value)


def ordered(steps: Sequence[Step]) -> list[Statement]:
    """Return the steps in an order in which none reads what another has set before."""
    left: list[Step] = [*steps]
    found: list[Statement] = []
    while left:
        free = next((s for s in left if not is_read(s.target, left, s)), None)
        if free is None:
            targets = ", ".join(s.target for s in left)
            values = ", ".join(s.whole for s in left)
            return [*found, line(f"{targets} = {values}")]
        found.append(free.line)
        left.remove(free)
    return found


def is_read(name: str, steps: Sequence[Step], own: Step) -> bool:
    """Tell whether another step reads a name."""
    return any(name in reads(cst.parse_expression(s.value)) for s in steps if s is not own)
