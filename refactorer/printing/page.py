"""What the styles print from: the user's function, and the lines and names of its callback."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

import libcst as cst

from refactorer.adjoint import Adjoint, text_of
from refactorer.arguments.plans import Input
from refactorer.printing.functions import BLANK, Function, tree
from refactorer.printing.layout.conditionals import on_one_line
from refactorer.printing.layout.items import items_in_order
from refactorer.printing.layout.long_lines import Shortening
from refactorer.printing.layout.long_sums import in_several_lines
from refactorer.printing.layout.signs import signed
from refactorer.printing.layout.starts import start, started_together
from refactorer.printing.layout.summands import names_of_summands, summands
from refactorer.printing.names.aliases import numpy_names
from refactorer.printing.names.naming import free, of_cotangent
from refactorer.printing.probe import Probe
from refactorer.printing.pullback import Pullback, pullback
from refactorer.printing.remarks import Remarks, said_once
from refactorer.printing.written import function_of, names_in
from refactorer.request import WIDTH
from refactorer.syntax.dataflow import bound, reads, value_of, writes
from refactorer.syntax.expressions import code, parenthesized
from refactorer.syntax.suites import Statement


@dataclass(frozen=True)
class Setting:
    """What the form of another package needs to know of a function, beside its adjoint.

    `inputs` say how its arguments are drawn, `params` which of them are parameters of a layer, and
    `adds_up` whether its output is a sum over the rows of its arguments.
    """

    inputs: Mapping[str, Input]
    params: tuple[str, ...] = ()
    adds_up: bool = False


@dataclass(frozen=True)
class Page:
    """An adjoint after the last rule, to be printed with or without comments on the gradient."""

    adjoint: Adjoint
    comments: bool = False
    width: int = WIDTH
    setting: Setting | None = None

    @cached_property
    def function(self) -> Function:
        """The user's function, with names for what the backward part reads."""
        return Function(self.adjoint.primal.target.source)

    @cached_property
    def taken(self) -> frozenset[str]:
        """The names that are in use."""
        definitions = [name for d in self.adjoint.primal.target.definitions for name in d.names]
        backward = names_in(text_of(self.adjoint.backward)) | {self.adjoint.seed}
        return backward.union(definitions, names_in(self.adjoint.primal.target.source))

    @cached_property
    def gradient_names(self) -> tuple[str, ...]:
        """Names for the gradients: dX for X."""
        wrt = self.adjoint.primal.wrt
        taken = self.taken - frozenset(self.adjoint.gradients)
        return tuple(free(of_cotangent(name, argument=True), taken) for name in wrt)

    @property
    def all(self) -> range:
        """The gradients, by number."""
        return range(len(self.adjoint.gradients))

    def pullback(self, wanted: Sequence[int], indent: int, named: bool = False) -> Pullback:
        """Return the lines for some of the gradients, given their numbers and the indent.

        If `named`, each gradient has a line and a name of its own.
        """
        found = pullback(self.adjoint.backward.body, [self.adjoint.gradients[k] for k in wanted])
        if len(wanted) > 1:
            names = [self.gradient_names[k] for k in wanted]
            named = named or self.comments
            found = found.all_named(names) if named else found.told_apart(names)
        pulled = {self.adjoint.seed, *chain.from_iterable(map(writes, self.adjoint.backward.body))}
        lines = items_in_order(found.statements, self.adjoint.seed, self.count)
        found = replace(found, statements=on_one_line(lines, self.width - indent))
        found = found.shortened(Shortening(self.width - indent, self.probe, self.taken, pulled))
        return replace(found, statements=in_several_lines(found.statements, self.width - indent))

    @property
    def probe(self) -> Probe:
        """What expressions of the printed text are, found by evaluating them on ones."""
        target = self.adjoint.primal.target
        names = numpy_names(function_of(target.source), target.definitions)
        return Probe(self.adjoint.shapes, names)

    def lines(self, found: Pullback, wanted: Sequence[int]) -> list[Statement]:
        """Return the lines of a pullback and its `return`, under comments if they are asked for."""
        last = cst.SimpleStatementLine([cst.Return(found.result)])
        arguments = {self.gradient_names[k]: self.adjoint.primal.wrt[k] for k in wanted}
        rows = [(s, pulled_by(s, arguments)) for s in found.statements]
        lines = [self.commented(signed(s), name, arguments) for s, name in rows]
        alone = len(wanted) == 1 and code(found.result) not in map(bound, lines)
        name = self.gradient_names[wanted[0]] if alone else ""
        return said_once([*started_together(lines), self.commented(last, name, arguments)])

    def commented(self, line: Statement, name: str, arguments: Mapping[str, str]) -> Statement:
        """Return a line that computes a cotangent, under comments that quote what it pulls back."""
        value = arguments.get(name) or self.adjoint.cotangents.get(name)
        if not self.comments or not value:
            return line
        remarks = Remarks(self.function, self.adjoint.shapes)
        known = set(self.read_by(line)) - {value}
        return line.with_changes(leading_lines=remarks.on(value, known, name in arguments))

    def read_by(self, line: Statement) -> Iterator[str]:
        """Yield the values whose cotangents a line reads, directly or through other names."""
        found, waiting = set[str](), {*reads(line)}
        while waiting:
            name = waiting.pop()
            found.add(name)
            if name not in self.adjoint.cotangents:
                others = (s for s in self.adjoint.backward.body if bound(s) == name)
                waiting |= set[str]().union(*map(reads, others)) - found
        yield from (self.adjoint.cotangents[n] for n in found & {*self.adjoint.cotangents})

    def callback(self, name: str, wanted: Sequence[int]) -> cst.FunctionDef:
        """Return the callback for some of the gradients."""
        lines = self.lines(self.pullback(wanted, indent=8), wanted)
        head = cst.parse_statement(f"def {name}({self.adjoint.seed}): pass")
        return cst.ensure_type(head, cst.FunctionDef).with_changes(
            body=cst.IndentedBlock(lines), leading_lines=[BLANK]
        )

    @property
    def output(self) -> str:
        """The name of the output, or what to call it."""
        if isinstance(self.function.result, cst.Name):
            return self.function.result.value
        return free([self.adjoint.seed.removeprefix("d_"), "out"], self.taken)

    @property
    def result(self) -> ast.expr:
        """What is returned, with tuples in the places of their names."""
        values = {bound(s): tree(code(value_of(s))) for s in self.function.work if bound(s)}

        def shown(node: ast.expr) -> ast.expr:
            match node, values.get(ast.unparse(node)):
                case ast.Tuple(parts), _:
                    return ast.Tuple([*map(shown, parts)])
                case ast.Name(), ast.Tuple() as parts:
                    return shown(parts)
            return node

        return shown(tree(code(self.function.result)))

    @property
    def count(self) -> int:
        """How many items are returned as one array, as far as the text shows it; else 0."""
        values = {bound(s): tree(code(value_of(s))) for s in self.function.work if bound(s)}
        result = tree(code(self.function.result))
        match values.get(ast.unparse(result), result):
            case ast.Call(ast.Attribute(attr="array"), [ast.List(parts)]):
                return 0 if any(isinstance(p, ast.Starred) for p in parts) else len(parts)
        return 0

    @property
    def is_tuple(self) -> bool:
        """Whether a tuple is returned, as far as the text shows it."""
        return isinstance(self.result, ast.Tuple)

    @property
    def with_output(self) -> Page:
        """The page on which the output has a name."""
        if isinstance(self.function.result, cst.Name):
            return self
        primal, shapes = self.adjoint.primal, dict(self.adjoint.shapes)
        if primal.output in shapes:
            shapes[self.output] = shapes[primal.output]
        named = self.naming(self.output, self.function.result).adjoint
        primal = replace(named.primal, output=self.output)
        return replace(self, adjoint=replace(named, primal=primal, shapes=shapes))

    def naming(self, name: str, part: cst.BaseExpression) -> Page:
        """Return the page with a name for what is returned, or for a part of that."""
        primal = self.adjoint.primal
        target = replace(primal.target, source=self.function.naming(name, part).text)
        return replace(self, adjoint=replace(self.adjoint, primal=replace(primal, target=target)))

    def fitting(self, beside: str) -> Page:
        """Return the page itself if its `return` has room for `beside`, else one where it has."""
        result = code(self.function.result)
        if isinstance(self.function.result, cst.Tuple) and "\n" not in result:
            return self
        return self if self.has_room(beside) else next(self.shorter(beside), self.with_output)

    def has_room(self, beside: str) -> bool:
        """Tell whether what is returned fits in a line together with something beside it."""
        result = code(self.function.result)
        return len(f"    return {result}, {beside}") <= self.width and "\n" not in result

    def shorter(self, beside: str) -> Iterator[Page]:
        """Yield pages with a shorter `return`: with a name for the summands of a long sum."""
        result, numpy = self.function.result, self.probe.numpy
        if not fits(self.output, result, self.width):
            for terms in summands(result, numpy):
                name = free(names_of_summands(self.output, terms, numpy), self.taken)
                page = self.naming(name, terms)
                if fits(name, terms, self.width) and page.has_room(beside):
                    yield page

    def returning(self, beside: str) -> cst.SimpleStatementLine:
        """Return the line of the user's `return`, with something beside what it returns."""
        parts = [operand(self.function.result), cst.parse_expression(beside)]
        pair = cst.Tuple([cst.Element(part) for part in parts], lpar=(), rpar=())
        return self.function.last.with_changes(body=[cst.Return(pair)])


def fits(name: str, value: cst.BaseExpression, width: int) -> bool:
    """Tell whether a value fits in one line with its name, whatever lines it has now."""
    return "#" not in code(value) and len(f"    {name} = {ast.unparse(tree(code(value)))}") <= width


def pulled_by(line: Statement, arguments: Collection[str]) -> str:
    """Return the name that a line binds, or one of the arguments' that a loop or a branch pulls."""
    if isinstance(line, cst.SimpleStatementLine):
        return "" if start(line) else bound(line) or ""
    return min(writes(line) & {*arguments}, default="")


def operand(result: cst.BaseExpression) -> cst.BaseExpression:
    """Return an expression as one part of a tuple."""
    loose = isinstance(result, cst.Tuple | cst.IfExp | cst.Lambda)
    return parenthesized(result) if loose else result
