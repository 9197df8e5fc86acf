"""Slips in the hand-written code: it is mended in one place, and the gradient looked at again."""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from refactorer.against.hand_written.in_model import with_arguments
from refactorer.against.hand_written.written import Written, numbers
from refactorer.against.mutations.mutants import Mutation, with_nodes_replaced
from refactorer.against.trials import Trial
from refactorer.execution.evaluation import Function
from refactorer.judging.comparison import Wrong
from refactorer.judging.contract import matched
from refactorer.judging.emitted import defined

SECONDS = 4.0  # of CPU time
Way = tuple[str, ast.AST, ast.AST]


@dataclass(frozen=True)
class Repairs:
    """Hand-written code, of which slips are mended; `own` is the function it is the gradient of.

    `module` defines it, with all that it reads, under its `name`; `source` is its own text.
    """

    module: str
    name: str
    source: str
    written: Written
    own: Function

    def telling(self, names: Sequence[str], trials: Sequence[Trial]) -> dict[str, Mutation]:
        """Return for each of the inputs the slip that, mended, makes its gradient right."""
        found: dict[str, Mutation] = {}
        end = time.process_time() + SECONDS
        for one in mended(ast.parse(self.module)):
            left = [name for name in names if name not in found]
            if not left or time.process_time() > end:
                break
            code = self.changed(one.tree)
            found |= {name: one for name in left if code and is_right(code, name, trials)}
        return found

    def changed(self, tree: ast.Module) -> Written | None:
        """Return the code of a changed tree; None where it is not defined any more."""
        text = ast.unparse(ast.fix_missing_locations(tree))
        try:
            function = defined(text, self.name)
        except (Wrong, SyntaxError):
            return None
        function = with_arguments(function, self.source, self.own)
        return replace(self.written, call=replace(self.written.call, function=function))


def is_right(code: Written, name: str, trials: Sequence[Trial]) -> bool:
    """Tell whether code gives the right gradient of an input, at samples that are not at an edge.

    Where it raises, it is not right.
    """
    plain = [trial for trial in trials if not trial.sample.edge]
    for trial in sorted(plain, key=lambda trial: trial.points[name].right):
        sample = trial.sample
        try:
            _, found = code.answer(sample.arguments, matched(sample.cotangent, sample.output))
            got = numbers(found[name])
        except Exception:  # lines of which one is changed: the change mends nothing
            return False
        if not replace(trial.points[name], got=got, raised="").right:
            return False
    return bool(plain)


def mended(tree: ast.Module) -> Iterator[Mutation]:
    """Yield code with each slip mended in turn, then with a wrong sign and one more mended."""
    single = [*chain.from_iterable(map(ways, ast.walk(tree)))]
    inner = {id(node) for loop in loops(tree) for node in ast.walk(loop)}
    single += chain.from_iterable(
        map(adding_statements, (n for n in ast.walk(tree) if id(n) in inner))
    )
    for words, old, new in single:
        yield Mutation(words, line_of(old), with_nodes_replaced(tree, old, new))
    signs = [way for node in ast.walk(tree) for way in unsigned(node)]
    for said, minus, plain in signs:
        for words, old, new in single:
            if all(old is not node for node in ast.walk(minus)):
                changed = with_nodes_replaced(tree, minus, plain, old, new)
            else:
                changed = with_nodes_replaced(tree, minus, replaced_in(plain, old, new))
            yield Mutation(f"{said}, and {words}", line_of(minus), changed)


def replaced_in(node: ast.AST, old: ast.AST, new: ast.AST) -> ast.AST:
    """Return a copy of an expression with a node in it replaced."""
    wrapped = with_nodes_replaced(ast.Module([ast.Expr(node)], []), old, new)  # type: ignore[arg-type]
    found = wrapped.body[0]
    assert isinstance(found, ast.Expr)
    return found.value


def loops(tree: ast.Module) -> list[ast.For | ast.While]:
    """Return the loops of a module."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.For | ast.While)]


def line_of(node: ast.AST) -> int:
    """Return the line on which a node stands."""
    return int(getattr(node, "lineno", 1))


def ways(node: ast.AST) -> Iterator[Way]:
    """Yield what is wrong if a node is a slip, the node, and what should stand there then."""
    match node:
        case ast.Call(ast.Name("range"), [ast.Constant(value=1), stop]):
            words = f"`{ast.unparse(node)}` leaves out the turn of 0"
            yield words, node, ast.Call(node.func, [stop], [])
        case ast.Call(ast.Name("range"), [*first, ast.BinOp(stop, ast.Sub(), ast.Constant(1))]):
            words = f"`{ast.unparse(node)}` leaves out the last turn"
            yield words, node, ast.Call(node.func, [*first, stop], [])
        case ast.BinOp(left, ast.FloorDiv(), right):
            words = f"`{ast.unparse(node)}` is rounded down: `//` stands for `/`"
            yield words, node, ast.BinOp(left, ast.Div(), right)
        case ast.Subscript(value) if ast.unparse(node.slice) == "::-1":
            yield f"`{ast.unparse(node)}` should not be reversed", node, value
        case ast.Assign(_, ast.List([ast.Constant(float(value)) as start])) if value in (0.0, 1.0):
            words = f"`{ast.unparse(node)}` starts from {value}, not from {1 - value}"
            yield words, start, ast.Constant(1 - value)
        case ast.Assign([ast.Subscript(ast.Name(array), ast.Name(index))], value):
            text = f"{array}.reshape(len({index}), -1)[np.arange(len({index})), {index}] = 0"
            by_row = ast.parse(text).body[0]
            assert isinstance(by_row, ast.Assign)
            words = f"`{index}` says where in each row: `{array}[{index}]` takes it for rows"
            yield words, node, ast.Assign(by_row.targets, value)
        case ast.Call(keywords=keywords):
            yield from over_other_axes(node, keywords)


def over_other_axes(node: ast.Call, keywords: Sequence[ast.keyword]) -> Iterator[Way]:
    """Yield a call that is taken over the other axis of a matrix."""
    for keyword in keywords:
        match keyword:
            case ast.keyword("axis", ast.Constant(int(axis)) as given) if axis in (0, 1):
                words = f"`{ast.unparse(node)}` is taken over axis {axis} in place of {1 - axis}"
                yield words, given, ast.Constant(1 - axis)


def adding_statements(node: ast.AST) -> Iterator[Way]:
    """Yield a statement of a loop that sets what it should add to."""
    match node:
        case ast.Assign([ast.Name() | ast.Subscript() as target], value):
            words = f"`{ast.unparse(target)}` is set in place of added to"
            yield words, node, ast.AugAssign(target, ast.Add(), value)


def unsigned(node: ast.AST) -> Iterator[Way]:
    """Yield an expression whose sign is wrong."""
    match node:
        case ast.UnaryOp(ast.USub(), inner):
            yield f"the sign of `{ast.unparse(inner)}` is wrong", node, inner
        case ast.BinOp(ast.UnaryOp(ast.USub(), first), op, second):
            plain = ast.BinOp(first, op, second)
            yield f"the sign of `{ast.unparse(plain)}` is wrong", node, plain
