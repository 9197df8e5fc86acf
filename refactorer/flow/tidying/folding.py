"""Names that only took a statement apart are put back where nothing reads them again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from math import inf

import libcst as cst

from refactorer.printing.layout.signs import signed
from refactorer.syntax.dataflow import bound, bound_in, is_pure, reads, value_of, writes
from refactorer.syntax.expressions import code, parenthesized
from refactorer.syntax.renaming import NamesOfValues
from refactorer.syntax.suites import Statement, statement_by, within


def folded(statements: Sequence[Statement], made: Collection[str]) -> list[Statement]:
    """Return statements without those names, of `made`, that only the next statement reads."""
    return block(statements, read_once(statements, made))


def read_once(statements: Sequence[Statement], made: Collection[str]) -> frozenset[str]:
    """Return the names that are set in one place and read in one place."""
    reading: Counter[str] = sum((Counter(reads(s)) for s in statements), Counter())
    binding = Counter(name for s in statements for name in bound_in(s))
    return frozenset(name for name in made if reading[name] == binding[name] == 1)


WIDTH = 76  # characters of a line of the callback, up to which it is read at a glance


def plainly(statements: Sequence[Statement], made: Collection[str]) -> list[Statement]:
    """Return the lines of a callback without names for what the next line reads alone."""
    return [signed(s) for s in block(statements, read_once(statements, made), WIDTH)]


def block(
    statements: Sequence[Statement], once: frozenset[str], width: float = inf
) -> list[Statement]:
    """Return the statements of a block, and of those inside it, after folding."""
    found: list[Statement] = []
    for statement in statements:
        put = within(statement, lambda inner: block(inner, once, width))
        while (source := last_before(put, found, once)) is not None:
            name, value = bound(source) or "", value_of(source)
            held = without_copy(value) if goes_into_part(put) else value
            shorter = with_comments(put, {name: held}, source)
            if len(code(head(shorter))) > width:
                break
            put = shorter
            found.remove(source)
        found.append(put)
    return found


def last_before(
    statement: Statement, found: Sequence[Statement], once: Collection[str]
) -> Statement | None:
    """Return the line that sets one of the names for a statement, where it could stand there."""
    wanted, changed = reads(head(statement)), frozenset[str]()
    for place, other in enumerate(reversed(found)):
        name = bound(other)
        if name in once and name in wanted:
            still = is_pure(value_of(other)) and changed.isdisjoint(reads(value_of(other)))
            return other if place == 0 or still else None
        changed |= writes(other)
    return None


def goes_into_part(statement: Statement) -> bool:
    """Tell whether a statement is `array[index] += name`, or sets that part to what has a name."""
    match statement:
        case cst.SimpleStatementLine(
            body=[
                cst.AugAssign(target=cst.Subscript(), value=cst.Name())
                | cst.Assign(targets=[cst.AssignTarget(cst.Subscript())], value=cst.Name())
            ]
        ):
            return True
    return False


def without_copy(value: cst.BaseExpression) -> cst.BaseExpression:
    """Return what an array is a copy of, or is filled with: what goes into a part is broadcast."""
    match value:
        case cst.Call(func=cst.Attribute(attr=cst.Name("full_like")), args=[_, filling]):
            return filling.value
        case cst.Call(func=cst.Attribute(value=inner, attr=cst.Name("copy")), args=[]):
            return inner
    return value


def head(statement: Statement) -> cst.CSTNode:
    """Return what of a statement is computed once, when it is reached."""
    match statement:
        case cst.If(test=test):
            return test
        case cst.For(iter=head):
            return head
        case cst.SimpleStatementLine():
            return statement
    return cst.Pass()


def with_comments(
    statement: Statement, values: Mapping[str, cst.BaseExpression], above: Statement
) -> Statement:
    """Return a statement with values in the places of names, under the comments of both."""
    remarks = (*above.leading_lines, *statement.leading_lines)
    place = head(statement)
    found = statement.deep_replace(place, put_in(place, values)) if place is not statement else None
    whole = with_values(statement, values) if found is None else found
    assert isinstance(whole, Statement)
    return whole.with_changes(leading_lines=remarks)


def put_in(node: cst.CSTNode, values: Mapping[str, cst.BaseExpression]) -> cst.CSTNode:
    """Return a node with values in the places of names."""
    found = node.visit(PuttingValues(values))
    assert isinstance(found, cst.CSTNode)
    return found


def with_values(statement: Statement, values: Mapping[str, cst.BaseExpression]) -> Statement:
    """Return a statement with values in the places of names."""
    return statement_by(PuttingValues(values), statement) if values else statement


class PuttingValues(NamesOfValues):
    """Replaces names by values."""

    def __init__(self, values: Mapping[str, cst.BaseExpression]) -> None:
        super().__init__()
        self.values = values
        self.alone: set[cst.CSTNode] = set()
        self.put: set[cst.CSTNode] = set()

    def visit_Arg(self, node: cst.Arg) -> None:
        self.alone.add(node.value)

    def visit_Assign(self, node: cst.Assign) -> None:
        self.alone.add(node.value)

    def visit_Slice(self, node: cst.Slice) -> None:
        self.alone |= {part for part in (node.lower, node.upper, node.step) if part is not None}

    def visit_Index(self, node: cst.Index) -> None:
        self.alone.add(node.value)

    def visit_Element(self, node: cst.Element) -> None:
        self.alone.add(node.value)

    def visit_Return(self, node: cst.Return) -> None:
        if node.value is not None:
            self.alone.add(node.value)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        value = self.values.get(original_node.value)
        if value is None:
            return updated_node
        if original_node in self.alone:
            return value
        held = parenthesized(value)
        if held is not value:
            self.put.add(held)
        return held

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BinaryOperation:
        """Drop parentheses that were put around an operand that binds more closely."""
        here, found = closeness(updated_node), updated_node
        if found.left in self.put and closeness(found.left) >= here < POWER:
            found = found.with_changes(left=found.left.with_changes(lpar=(), rpar=()))
        if found.right in self.put and closeness(found.right) > here < POWER:
            found = found.with_changes(right=found.right.with_changes(lpar=(), rpar=()))
        return found


POWER = 3


def closeness(value: cst.BaseExpression) -> int:
    """Return how closely the operator of an expression binds; 0 for what is no such operation."""
    if not isinstance(value, cst.BinaryOperation):
        return 0
    if isinstance(value.operator, cst.Power):
        return POWER
    return 1 if isinstance(value.operator, cst.Add | cst.Subtract) else 2
