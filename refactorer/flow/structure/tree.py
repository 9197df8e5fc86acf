"""Canonical statements as regions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import libcst as cst

from refactorer.errors import Refused
from refactorer.flow.names import expression, followed, parsed, stores
from refactorer.flow.statements.lists import gathered
from refactorer.flow.structure.regions import (
    Append,
    Branch,
    Call,
    Gather,
    Jump,
    Listed,
    Loop,
    Pick,
    Plain,
    Put,
    Region,
    Straight,
    Suite,
)
from refactorer.primal.refusals import REASONS
from refactorer.syntax.expressions import code, operands, parenthesized, tidy
from refactorer.syntax.puts import put_by_call
from refactorer.syntax.suites import Statement, ending, lines

LISTS = "Keep the value under a name of its own, or put the values into an array"
BACKWARDS = {
    "insert": "Append the values, and read them from the end, as in `np.array({0})[::-1]`",
    "reverse": "Leave the values in order, and read them from the end: `np.array({0})[::-1]`",
}
WITHOUT_FLOW = (cst.Expr, cst.Assert, cst.Pass, cst.Raise, cst.Import, cst.ImportFrom, cst.Assign)
# What a straight line may hold besides what follows the arguments.
SIMPLE = (
    *(ast.Name, ast.Constant, ast.BinOp, ast.UnaryOp, ast.Compare, ast.Subscript, ast.Attribute),
    *(ast.Tuple, ast.Slice, ast.operator, ast.unaryop, ast.cmpop, ast.expr_context, ast.keyword),
    *(ast.Assign, ast.Module),
)


@dataclass(frozen=True)
class Tree:
    """Builds the regions of a function.

    `active` are the names with cotangents, `helpers` the user's functions, `sequences` the lists
    that are appended to. `picks` tells which parts of arrays are taken on lines of their own,
    `line` where a statement stands, `refuse` what is not taken.
    """

    active: Collection[str]
    helpers: Collection[str]
    sequences: Collection[str]
    picks: Callable[[str, cst.Subscript], bool]
    line: Mapping[Statement, int]
    refuse: Callable[..., Refused]

    def suite(self, statements: Sequence[Statement]) -> Suite:
        """Return the regions of statements; what follows a jump is its other way."""
        found: list[Region] = []
        for place, statement in enumerate(statements):
            region = self.region(statement)
            if isinstance(region, Branch) and jumps(region.then) and not region.orelse:
                rest = self.suite(statements[place + 1 :])
                found.append(replace(region, orelse=rest, jumps=True))
                break
            found.append(region)
        return tuple(with_lines_joined(found))

    def region(self, statement: Statement) -> Region:
        """Return the region of one statement."""
        if any(isinstance(node, ast.NamedExpr) for node in ast.walk(parsed(statement))):
            what, way_out = REASONS["NamedExpr"]
            raise self.refuse(statement, f"{what} is not taken", way_out)
        match statement:
            case cst.If():
                then = self.suite([*lines(statement.body)])
                orelse = self.otherwise(statement.orelse)
                return Branch(statement, then, orelse, self.line[statement])
            case cst.For() | cst.While() if statement.orelse is None:
                body = self.suite([*lines(statement.body)])
                return Loop(statement, body, self.line[statement])
            case cst.SimpleStatementLine(body=[small]):
                return self.simple(statement, small)
        if stores(statement).isdisjoint(self.active) and not isinstance(statement, cst.Return):
            return Plain(statement)
        raise self.refuse(statement, "")

    def otherwise(self, orelse: cst.If | cst.Else | None) -> Suite:
        """Return the regions of the other way."""
        match orelse:
            case cst.If():
                return (self.region(orelse),)
            case cst.Else(body=body):
                return self.suite([*lines(body)])
        return ()

    def simple(self, statement: cst.SimpleStatementLine, small: cst.BaseSmallStatement) -> Region:
        """Return the region of a statement without a body."""
        match small:
            case cst.Assign(targets=[cst.AssignTarget(target=target)], value=value):
                return self.assigned(statement, target, value)
            case cst.AugAssign(target=cst.Subscript() as target, value=value):
                return self.put(statement, target, value, adds=True)
            case cst.AugAssign(target=cst.Name() as target):
                return self.augmented(statement, small)
            case cst.AnnAssign(target=cst.Name() as target, value=cst.BaseExpression() as value):
                return self.assigned(statement, target, value)
            case cst.Break() | cst.Continue():
                return Jump(statement)
            case cst.Expr(value=cst.Call(func=cst.Attribute(attr=cst.Name("append")) as called)):
                name, (value,) = (
                    code(called.value),
                    operands(cst.ensure_type(small.value, cst.Call)),
                )
                if name in self.active:
                    return Append(statement, name, code(value))
            case cst.Expr(value=cst.Call() as called) if put := put_by_call(expression(called)):
                if put.array in self.active:
                    text, where = ast.unparse(put.value), self.line[statement]
                    return Put(statement, put.array, put.index, text, put.adds, where)
        return self.plain(statement)

    def plain(self, statement: cst.SimpleStatementLine) -> Plain:
        """Return a statement through which no cotangent flows."""
        name, method = changed_by_method(statement)
        if name in self.active:
            hint = BACKWARDS.get(method, LISTS).format(name)
            raise self.refuse(statement, f"`{name}` is changed in a way not taken", hint)
        if isinstance(statement.body[0], WITHOUT_FLOW) or stores(statement).isdisjoint(self.active):
            return Plain(statement)
        raise self.refuse(statement, "")

    def assigned(
        self,
        statement: cst.SimpleStatementLine,
        target: cst.BaseAssignTargetExpression,
        value: cst.BaseExpression,
    ) -> Region:
        """Return the region of an assignment to one target."""
        names = [e.value for e in target.elements] if isinstance(target, cst.Tuple) else [target]
        if isinstance(target, cst.Subscript):
            return self.put(statement, target, value, adds=False)
        if isinstance(value, cst.Call) and code(value.func) in self.helpers:
            texts = tuple(code(n) for n in names)
            return Call(statement, code(value.func), tuple(value.args), texts, self.line[statement])
        if isinstance(value, cst.List) and code(target) in self.sequences:
            return Listed(statement, code(target), tuple(code(e.value) for e in value.elements))
        if found := gathered(value, self.sequences):
            return Gather(statement, code(target), *found)
        if stores(statement).isdisjoint(self.active):
            return Plain(statement)
        if isinstance(value, cst.Subscript) and self.picks(code(target), value):
            where = self.line[statement]
            return Pick(statement, code(target), code(value.value), index_of(value), where)
        if taken := sorted(followed(parsed(value)) & {*self.sequences}):
            raise self.refuse(statement, f"the list `{taken[0]}` is read in a way not taken", LISTS)
        return Straight((statement,), self.line[statement])

    def augmented(self, statement: cst.SimpleStatementLine, small: cst.AugAssign) -> Region:
        """Return the region of `x += value`, which makes a new x: the old one may be kept."""
        if code(small.target) not in self.active:
            return Plain(statement)
        op = code(small.operator).strip().removesuffix("=")
        value = tidy(f"{code(small.target)} {op} {code(parenthesized(small.value))}")
        made = cst.parse_statement(f"{code(small.target)} = {value}")
        line = cst.ensure_type(made, cst.SimpleStatementLine)
        put = line.with_changes(leading_lines=statement.leading_lines)
        return Straight((put,), self.line[statement])

    def put(
        self,
        statement: cst.SimpleStatementLine,
        target: cst.Subscript,
        value: cst.BaseExpression,
        adds: bool,
    ) -> Region:
        """Return the region of `array[index] = value`."""
        if code(target.value) not in self.active:
            return Plain(statement)
        if not isinstance(target.value, cst.Name):
            raise self.refuse(statement, "")
        array, where = code(target.value), self.line[statement]
        return Put(statement, array, index_of(target), code(value), adds, where)


def changed_by_method(statement: cst.SimpleStatementLine) -> tuple[str, str]:
    """Return the name whose method a statement calls for what that does to it, and the method.

    They are empty if it does not.
    """
    match statement.body:
        case [cst.Expr(cst.Call(func=cst.Attribute(cst.Name(name), cst.Name(method))))]:
            return name, method
    return "", ""


def index_of(target: cst.Subscript) -> str:
    """Return the text between the brackets."""
    return code(target.with_changes(value=cst.Name("_"), lpar=(), rpar=()))[2:-1]


def jumps(suite: Suite) -> bool:
    """Tell whether regions end in a jump."""
    return bool(suite) and isinstance(suite[-1], Jump)


def with_lines_joined(regions: Sequence[Region]) -> Iterator[Region]:
    """Yield regions, straight lines in one where only simple lines stand between them."""
    run: list[Straight | Plain] = []
    for region in regions:
        if isinstance(region, Straight) or (isinstance(region, Plain) and is_simple(region)):
            run.append(region)
            continue
        yield from merged(run)
        run = []
        yield region
    yield from merged(run)


def merged(run: Sequence[Straight | Plain]) -> Iterator[Region]:
    """Yield a run of lines as one region, those at its ends apart that need not be in it."""
    places = [k for k, region in enumerate(run) if isinstance(region, Straight)]
    if not places:
        yield from run
        return
    first, last = places[0], places[-1]
    yield from run[:first]
    start = run[first]
    assert isinstance(start, Straight)
    yield Straight(tuple(s for region in run[first : last + 1] for s in own(region)), start.line)
    yield from run[last + 1 :]


def own(region: Straight | Plain) -> tuple[Statement, ...]:
    """Return the statements of a run's part."""
    return region.statements if isinstance(region, Straight) else (region.statement,)


def is_simple(region: Plain) -> bool:
    """Tell whether a statement may stand among straight lines."""
    last = ending(region.statement)
    nodes = ast.walk(parsed(region.statement))
    return isinstance(last, cst.Assign) and all(isinstance(n, SIMPLE) for n in nodes)
