"""Printed code broken in many small ways, and whether the judge rejects what is wrong with it.

`python tests/mutants.py` breaks every golden file in every way that is known here, and takes a
while; `python tests/mutants.py 20` in 20 ways each, and the tests in fewer. A mutant that the judge
passes must be the same function: that is decided without the judge, by running both at many
arguments and comparing all that they return. What may be left is wrong at so few values that none
of them is drawn, or not finite at an axis of one entry in a function with loops or branches: there
is nothing plain to compare it with.
"""

from __future__ import annotations

import ast
import copy
import random
import resource
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from test_golden import GOLDEN, requests

from refactorer.arguments.plans import Plan, draw
from refactorer.execution.evaluation import copied, cotangent, fresh, leaves, quiet
from refactorer.flow.straight import is_straight
from refactorer.judging.cases import cases
from refactorer.judging.emitted import Emitted
from refactorer.judging.verify import Samples, Verdict, as_finite, everywhere, judge_at, with_ones
from refactorer.pipeline.work import Work
from refactorer.request import FRAMEWORKS, Request

Broken = Iterator[tuple[str, ast.AST]]
ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div)
MEMORY = 4 << 30  # bytes
# What is called in the place of a function.
OTHERS = {
    "sum": "mean",
    "mean": "sum",
    "max": "min",
    "min": "max",
    "maximum": "minimum",
    "minimum": "maximum",
    "sin": "cos",
    "cos": "sin",
    "exp": "expm1",
    "log": "log1p",
    "log1p": "log",
    "sqrt": "cbrt",
    "square": "abs",
    "tanh": "arctan",
    "abs": "negative",
    "sign": "abs",
    "zeros_like": "ones_like",
    "ones_like": "zeros_like",
    "full_like": "empty_like",
    "vdot": "multiply",
    "reversed": "list",
}


@dataclass(frozen=True)
class Mutant:
    """A tree in which one node is to be replaced, and in which way that breaks it."""

    kind: str
    line: int
    tree: ast.Module
    old: ast.AST
    new: ast.AST

    @property
    def text(self) -> str:
        """The broken text."""
        changed = copy.deepcopy(self.tree, {id(self.old): copy.deepcopy(self.new)})
        return ast.unparse(ast.fix_missing_locations(changed))


def mutants(text: str) -> Iterator[Mutant]:
    """Yield a text with each of its expressions and statements broken, one at a time."""
    tree = ast.parse(text)
    for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
        names = names_in(function)
        for node in (node for line in function.body for node in ast.walk(line)):
            for kind, other in broken(node, names):
                if ast.unparse(node) != ast.unparse(ast.fix_missing_locations(other)):
                    yield Mutant(kind, getattr(node, "lineno", 0), tree, node, other)


def names_in(function: ast.FunctionDef) -> list[str]:
    """Return the names that a function and those within it take or set, each once."""
    nodes = list(ast.walk(function))
    taken = [node.arg for node in nodes if isinstance(node, ast.arg)]
    stored = (n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    return list(dict.fromkeys([*taken, *stored]))


def broken(node: ast.AST, names: Sequence[str]) -> Broken:
    """Yield what may stand in the place of a node, and in which way it is broken then."""
    if isinstance(node, ast.expr) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        yield from of_operands(node)
        yield from of_calls(node)
        yield from of_indices(node)
        yield from of_values(node, names)
    elif isinstance(node, ast.stmt):
        yield from of_statements(node)


def of_operands(node: ast.expr) -> Broken:
    """Yield a dropped or swapped operand, and another operator."""
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            dropped = "term" if isinstance(op, ast.Add | ast.Sub) else "operand"
            yield f"dropped {dropped}", left
            yield f"dropped {dropped}", right
            yield "swapped operands", ast.BinOp(right, op, left)
            for other in ARITHMETIC:
                if isinstance(op, ARITHMETIC) and not isinstance(op, other):
                    yield "operator", ast.BinOp(left, other(), right)
        case ast.UnaryOp(op=ast.USub() | ast.Not(), operand=operand):
            yield "sign", operand
        case ast.Compare(left=left, ops=[_], comparators=[right]):
            for order in (ast.Lt, ast.LtE, ast.Gt, ast.GtE):
                yield "comparison", ast.Compare(left, [order()], [right])
        case ast.Tuple(elts=[first, second, *rest]):
            yield "swapped parts", ast.Tuple([second, first, *rest], ast.Load())
        case ast.Attribute(value=value, attr="T"):
            yield "transposition", value
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield "swapped parts", ast.IfExp(test, orelse, body)


def of_calls(node: ast.expr) -> Broken:
    """Yield another function, other arguments, and another axis."""
    if not isinstance(node, ast.Call):
        return
    func, args, keywords = node.func, node.args, node.keywords
    if isinstance(func, ast.Attribute) and func.attr in OTHERS:
        other = ast.Attribute(func.value, OTHERS[func.attr], ast.Load())
        yield "function", ast.Call(other, args, keywords)
    if isinstance(func, ast.Name) and func.id in OTHERS:
        yield "function", ast.Call(ast.Name(OTHERS[func.id], ast.Load()), args, keywords)
    if len(args) > 1:
        yield "swapped operands", ast.Call(func, [args[1], args[0], *args[2:]], keywords)
    if len(args) > 2:
        yield "swapped operands", ast.Call(func, [*args[:-2], args[-1], args[-2]], keywords)
    if isinstance(func, ast.Attribute) and func.attr == "pop" and not args:
        yield "stale or other value", ast.Call(func, [ast.Constant(0)], keywords)
    match args:
        case [ast.Constant(value=str(axes)), *operands] if "->" in axes:
            for turned in of_axes(axes):
                yield "axis", ast.Call(func, [ast.Constant(turned), *operands], keywords)
    for place, keyword in enumerate(keywords):
        rest = [*keywords[:place], *keywords[place + 1 :]]
        yield "dropped option", ast.Call(func, args, rest)
        if keyword.arg == "axis":
            for axis in (0, 1, -1, None):
                changed = ast.keyword("axis", ast.Constant(axis))
                yield "axis", ast.Call(func, args, [*rest, changed])


def of_axes(axes: str) -> Iterator[str]:
    """Yield the axes of np.einsum with one operand, or what is returned, turned around."""
    taken, returned = axes.split("->")
    operands = taken.split(",")
    yield f"{taken}->{returned[::-1]}"
    for place, operand in enumerate(operands):
        turned = [*operands[:place], operand[::-1], *operands[place + 1 :]]
        yield f"{','.join(turned)}->{returned}"


def of_indices(node: ast.expr) -> Broken:
    """Yield another index, another start or stop, and the whole in place of a part."""
    match node:
        case ast.Subscript(value=value, slice=ast.Tuple(elts=parts)):
            yield "index", value
            for place, part in enumerate(parts):
                for other in of_part(part):
                    changed = ast.Tuple([*parts[:place], other, *parts[place + 1 :]], ast.Load())
                    yield "index", ast.Subscript(value, changed, ast.Load())
        case ast.Subscript(value=value, slice=index):
            yield "index", value
            for other in of_part(index):
                yield "index", ast.Subscript(value, other, ast.Load())


def of_part(index: ast.expr) -> Iterator[ast.expr]:
    """Yield indices that are off by one."""
    one = ast.Constant(1)
    match index:
        case ast.Slice(lower=lower, upper=upper, step=step):
            starts = [ast.BinOp(lower, ast.Add(), one) if lower else one, lower]
            stops = [ast.BinOp(upper, ast.Sub(), one) if upper else ast.Constant(-1), upper]
            for start, stop in list(product(starts, stops))[:3]:
                yield ast.Slice(start, stop, step)
        case ast.Constant(value=value) if value in (None, ...):
            pass
        case _:
            yield ast.BinOp(index, ast.Add(), one)
            yield ast.BinOp(index, ast.Sub(), one)


def of_values(node: ast.expr, names: Sequence[str]) -> Broken:
    """Yield a wrong sign, factor or dtype, another constant, and another name."""
    match node:
        case ast.Constant(value=bool(value)):
            yield "constant", ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield "constant", ast.Constant(value + 1)
            yield "constant", ast.Constant(0.5 * value)
        case ast.Name(id=name) if name in names:
            for other in names:
                if other != name:
                    yield "stale or other value", ast.Name(other, ast.Load())
            yield from of_numbers(node)
        case ast.BinOp() | ast.Call():
            yield from of_numbers(node)


def of_numbers(node: ast.expr) -> Broken:
    """Yield an expression with a wrong sign, factor or dtype, or an entry that is missing."""
    text = ast.unparse(node)
    for kind, template in (
        ("sign", "-({})"),
        ("factor", "2.0 * ({})"),
        ("factor", "1.00001 * ({})"),
        ("offset", "({}) + 1e-4"),
        ("dtype", "np.float64(1) * ({})"),
        ("dtype", "np.asarray({}).astype(np.float32)"),
        ("dtype", "np.round({}, 3)"),
        ("index", "np.flip({})"),
        ("axis", "np.transpose({})"),
        ("axis", "np.mean({}, axis=0, keepdims=True)"),
    ):
        yield kind, ast.parse(template.format(text), mode="eval").body


def of_statements(node: ast.stmt) -> Broken:
    """Yield a statement left out, one that changes in place, and a callback that remembers."""
    match node:
        case ast.AugAssign(target=target, op=op, value=value):
            yield "dropped statement", ast.Pass()
            yield "stale or other value", ast.Assign([target], value)
            other = ast.Sub() if isinstance(op, ast.Add) else ast.Add()
            yield "sign", ast.AugAssign(target, other, value)
        case ast.Assign(targets=[target], value=ast.BinOp(left=left, op=op, right=right)):
            yield "dropped statement", ast.Pass()
            kept = ast.Assign([target], left)
            lines = [kept, *ast.parse(f"{ast.unparse(target)} += 0").body]
            lines[1].op, lines[1].value = op, right  # type: ignore[attr-defined]
            yield "changed in place", ast.If(ast.Constant(True), lines, [])
        case ast.Assign() | ast.Expr(value=ast.Call()):
            yield "dropped statement", ast.Pass()
        case ast.FunctionDef(args=ast.arguments(args=[first])):
            remembering = f"{first.arg} = {node.name}.__dict__.setdefault('d', {first.arg})"
            body = [*ast.parse(remembering).body, *node.body]
            yield "stale or other value", with_body(node, body)
            doubling = ast.parse(f"{first.arg} *= 2").body
            yield "changed in place", with_body(node, [*doubling, *node.body])
        case ast.For(iter=rows):
            yield from of_turns(node, rows)
        case ast.If(test=test):
            opposite = ast.UnaryOp(ast.Not(), test)
            for condition in (opposite, ast.Constant(True), ast.Constant(False)):
                yield "comparison", ast.If(condition, node.body, node.orelse)
        case ast.Break() | ast.Continue():
            yield "dropped statement", ast.Pass()


def of_turns(loop: ast.For, rows: ast.expr) -> Broken:
    """Yield a loop that goes the other way, or has one turn less, and what it does in other order.

    A value that is read before it is set is that of the turn before.
    """
    ways = ["list({})[::-1]", "list({})[1:]", "list({})[:-1]"]
    for way in ways:
        other = ast.parse(way.format(ast.unparse(rows)), mode="eval").body
        yield "index", ast.For(loop.target, other, loop.body, loop.orelse)
    for place in range(1, len(loop.body)):
        body = [*loop.body]
        body[place - 1], body[place] = body[place], body[place - 1]
        yield "stale or other value", ast.For(loop.target, rows, body, loop.orelse)


def with_body(function: ast.FunctionDef, body: list[ast.stmt]) -> ast.FunctionDef:
    """Return a function with another body."""
    other = copy.copy(function)
    other.body = body
    return other


# Whether the judge is right


@dataclass(frozen=True)
class Subject:
    """A printed text that is right, the user's function, and where the judge compares them."""

    text: str
    work: Work
    plans: tuple[Plan, ...]

    @classmethod
    def of(cls, request: Request) -> Subject:
        path = GOLDEN / f"{Path(request.file).stem}.{request.name}.{request.style}.py"
        text, work = path.read_text(), Work.of(request)
        return cls(text, work, tuple(p for p in work.plans if work.judged(text, p).right))

    @cached_property
    def samples(self) -> Samples:
        """What the judge knows of the user's function, measured once for all mutants."""
        ones = with_ones(self.work.request.style)
        return everywhere(self.work.function, self.plans, self.work.wrt, 0, ones)

    def judged(self, text: str) -> Verdict:
        return as_finite(self.verdict(text), self.finite)

    @cached_property
    def finite(self) -> tuple[str, ...]:
        """The sizes of one at which the right text is finite, as what tangent wrote is."""
        at_ones = self.verdict(self.text).at_ones if is_straight(self.work.subject) else {}
        return tuple(where for where in at_ones if at_ones[where])

    def verdict(self, text: str) -> Verdict:
        request, module = self.work.request, self.work.own.module
        return judge_at(
            text,
            module,
            request.name,
            request.style,
            self.work.wrt,
            lambda _: self.samples,
            request.printed_name,
        )

    @cached_property
    def points(self) -> list[tuple[dict[str, Any], object, list[Any]]]:
        """Arguments and cotangents, and what the right text returns, where that does not jump."""
        function, emitted, found = self.work.function, self.read(self.text), []
        for plan, seed, dtype in product(self.plans, range(100, 103), ("float64", "float32")):
            for case in cases([plan], self.work.wrt):
                rng = np.random.default_rng([seed, case.number])
                with suppress(Exception):  # the user's own, at these values
                    given = draw(case.plan, case.sizes, rng, dtype) | dict(case.changes)
                    output = fresh(function)(given)
                    weights = matched(cotangent(output, rng), output)
                    wanted = returned(emitted, given, weights)
                    moved = {name: nudged(value) for name, value in given.items()}
                    if not case.edge and alike(wanted, returned(emitted, moved, weights), 100):
                        found.append((given, weights, wanted))
        return found

    def read(self, text: str) -> Emitted:
        """Return what a text defines, to be called."""
        request = self.work.request
        name, wrt = request.printed_name, self.work.wrt
        return Emitted.read(text, name, request.style, wrt, self.work.function)


def returned(emitted: Emitted, given: dict[str, Any], weights: object) -> list[Any]:
    """Return all that a text returns, at two calls of what it returns, and its arguments then."""
    arguments = {name: copied(value) for name, value in given.items()}
    output, pull = emitted.open(arguments)
    first = pull(copied(weights))
    before = tuple(map(copied, first))
    second = pull(tripled(weights))
    return [*leaves(output), *before, *first, *second, *arguments.values()]


def matched(weights: Any, output: Any) -> Any:
    """Return a cotangent in the dtypes of an output."""
    if isinstance(weights, tuple):
        return tuple(map(matched, weights, output))
    return weights.astype(output.dtype) if isinstance(weights, np.ndarray) else weights


def tripled(weights: Any) -> Any:
    """Return three times a cotangent."""
    if isinstance(weights, tuple):
        return tuple(map(tripled, weights))
    return weights if weights is None else 3 * weights


def nudged(value: Any) -> Any:
    """Return what lies beside an array of floats."""
    if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
        return value
    way = np.where(np.arange(value.size).reshape(value.shape) % 2, 1, -1)
    return value * (1 + 4 * np.finfo(value.dtype).eps * way).astype(value.dtype)


def same(subject: Subject, text: str) -> bool:
    """Tell whether a text returns the same as the one that is right, wherever that is finite."""
    with quiet():
        try:
            emitted = subject.read(text)
            return all(
                alike(wanted, returned(emitted, given, weights))
                for given, weights, wanted in subject.points
            )
        except Exception:  # it breaks where the other does not
            return False


def alike(mine: Sequence[Any], theirs: Sequence[Any], slack: float = 1.0) -> bool:
    """Tell whether values are equal, arrays also in their dtype where all of the right ones are."""
    floats = [part for part in mine if isinstance(part, np.ndarray | np.generic)]
    typed = len({part.dtype for part in floats if part.dtype.kind == "f"}) == 1
    pairs = zip(mine, theirs, strict=True)
    return all(equal(one, other, slack, typed) for one, other in pairs)


def is_array(value: Any) -> bool:
    """Tell whether a value is an array of floats that is no number."""
    return isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.ndim > 0


def equal(mine: Any, theirs: Any, slack: float, typed: bool) -> bool:
    """Tell whether two values are equal up to rounding: a 1e-6th, or a 100th in float32."""
    one, other = np.asarray(mine), np.asarray(theirs)
    if one.dtype.kind not in "fiub":
        return one.dtype == other.dtype
    if one.shape != other.shape or (typed and is_array(mine) and one.dtype != other.dtype):
        return False
    close, least = (1e-2, 1e-5) if one.dtype == np.float32 else (1e-6, 1e-9)
    known = np.isfinite(one)
    largest = float(np.max(np.abs(one), initial=0.0, where=known))
    off = np.abs(np.subtract(other, one, dtype=float))[known]
    return bool(np.all(off <= slack * close * largest + least))


def subjects() -> Iterator[Subject]:
    """Yield the golden files that need no other package."""
    return (Subject.of(request) for request in requests() if request.style not in FRAMEWORKS)


def slipped(subject: Subject, chosen: Sequence[Mutant], count: Counter[str]) -> list[Mutant]:
    """Return the mutants that the judge passes though they are wrong, and count all."""
    found = []
    for mutant in chosen:
        if not subject.judged(mutant.text).right:
            count[f"{mutant.kind}: rejected"] += 1
        elif same(subject, mutant.text):
            count[f"{mutant.kind}: the same function"] += 1
        else:
            count[f"{mutant.kind}: SLIPPED THROUGH"] += 1
            found.append(mutant)
    return found


def sampled(text: str, number: int | None) -> list[Mutant]:
    """Return so many mutants of a text, the same ones at each run, or all."""
    found = list(mutants(text))
    if number is None:
        return found
    return random.Random(0).sample(found, min(len(found), number))


def main(number: int | None) -> int:
    """Break every golden file in so many ways or in all, and return how many slipped through.

    Some mutants put a list into itself, of which an array is made as long as there is memory.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    count: Counter[str] = Counter()
    found = []
    for subject in subjects():
        request = subject.work.request
        for mutant in slipped(subject, sampled(subject.text, number), count):
            found.append(mutant)
            print(f"\n{request.name} --style {request.style}, {mutant.kind}, line {mutant.line}:")
            print(mutant.text, flush=True)
    for kind, made in sorted(count.items()):
        print(f"{made:6} {kind}")
    return len(found)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else None) > 0)
