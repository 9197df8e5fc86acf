"""The lines that compute gradients, and the expressions that the gradients then are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

import libcst as cst

from refactorer.printing.layout.long_lines import Shortening
from refactorer.syntax.dataflow import assignment, bound, needed, reads, unpacked, value_of, writes
from refactorer.syntax.expressions import code
from refactorer.syntax.renaming import Renaming
from refactorer.syntax.rewriting import module_by
from refactorer.syntax.suites import Statement

NOBODY = "_"  # what nobody reads
SHORT = 12  # characters of an expression that a reader takes in beside others
AT_A_GLANCE = 20  # characters of a result that is read as one thing, whatever it does
ONE_OF_SEVERAL, TOGETHER = 48, 72  # characters of one result, and of all, in one `return`


@dataclass(frozen=True)
class Pullback:
    """The statements that some gradients need, and for each gradient the expression that it is."""

    statements: tuple[Statement, ...]
    results: tuple[cst.BaseExpression, ...]

    def unnamed(self, k: int) -> Pullback:
        """Return the same with an expression for a result whose name nothing reads after that."""
        name = code(self.results[k])
        places = [i for i, s in enumerate(self.statements) if name in writes(s)]
        last = self.statements[places[-1]] if places else None
        if last is None or bound(last) != name:
            return self
        before, after = self.statements[: places[-1]], self.statements[places[-1] + 1 :]
        value, others = value_of(last), (*after, *self.results[:k], *self.results[k + 1 :])
        if any(name in reads(node) for node in others):
            return self
        if any(writes(s) & reads(value).keys() for s in after):
            return self
        return Pullback(before + after, (*self.results[:k], value, *self.results[k + 1 :]))

    def with_blanks(self) -> Pullback:
        """Return the same with `_` for what a tuple is unpacked to and nobody reads."""
        read = {name for node in (*self.statements, *self.results) for name in reads(node)}
        parts = {part for s in self.statements for part in unpacked(s)[1]}
        if NOBODY in read or parts <= read:
            return self
        renaming = Renaming(dict.fromkeys(parts - read, NOBODY))
        return Pullback(tuple(module_by(renaming, cst.Module(self.statements)).body), self.results)

    def named(self, names: Sequence[str], inline: Callable[[cst.BaseExpression], bool]) -> Pullback:
        """Return the same with a line of its own for every result that is not to stand inline."""
        lines, results = list[Statement](), list[cst.BaseExpression]()
        for name, result in zip(names, self.results, strict=True):
            alone = not isinstance(result, cst.Name) and not inline(result)
            lines += [assignment(name, result)] if alone else []
            results.append(cst.Name(name) if alone else result)
        return Pullback((*self.statements, *lines), tuple(results))

    def all_named(self, names: Sequence[str]) -> Pullback:
        """Return the same with a name for every result."""
        return self.named(names, lambda result: False)

    def told_apart(self, names: Sequence[str]) -> Pullback:
        """Return the same with lines of their own for long results.

        Where most results have one, only those of one operation stay without, as far as a line
        holds them.
        """
        lengths = {len(code(result)) for result in self.results}
        bounds = sorted((n for n in lengths if n <= ONE_OF_SEVERAL), reverse=True)
        ways = (self.named(names, lambda r, n=n: len(code(r)) <= n) for n in bounds)  # type: ignore[misc]
        few = (way for way in ways if way.is_plain_beside(self))
        others = (self.with_operations(names, longest) for longest in bounds)
        fitting = (way for way in chain(few, others) if len(code(way.result)) <= TOGETHER)
        return next(fitting, self.all_named(names))

    def is_plain_beside(self, bare: Pullback) -> bool:
        """Whether few results have lines, and what stands without is taken in: `bare` has none.

        Two results may both be long; of more, one may be.
        """
        lines = len(self.statements) - len(bare.statements)
        long = [r for r in self.results if len(code(r)) > AT_A_GLANCE and not is_one_operation(r)]
        return 2 * lines <= len(self.results) and (len(self.results) == 2 or len(long) <= 1)

    def with_operations(self, names: Sequence[str], longest: int) -> Pullback:
        """Return the same with a name for every result but short ones of one operation."""
        return self.named(names, lambda r: is_one_operation(r) and len(code(r)) <= longest)

    def shortened(self, shortening: Shortening) -> Pullback:
        """Return the same with names for parts of what is too long for a line."""
        statements = shortening.statements(self.statements)
        if len(self.results) > 1:
            return Pullback(statements, self.results)
        lines, result = shortening.expression(self.results[0], "return ", statements)
        return Pullback((*statements, *lines), (result,))

    @property
    def is_short(self) -> bool:
        """Whether the results are taken in at a glance."""
        return all(len(code(result)) <= SHORT for result in self.results)

    @property
    def result(self) -> cst.BaseExpression:
        """The one gradient, or the tuple of them."""
        if len(self.results) == 1:
            return self.results[0]
        return cst.Tuple([cst.Element(r) for r in self.results], lpar=[], rpar=[])


def pullback(statements: Sequence[Statement], gradients: Sequence[str]) -> Pullback:
    """Return what computes these gradients and nothing else, with as few names as possible."""
    results = tuple(cst.parse_expression(gradient) for gradient in gradients)
    read = {name for result in results for name in reads(result)}
    found = Pullback(tuple(needed(statements, read)), results).with_blanks()
    for k in range(len(results)):
        found = found.unnamed(k)
    return found


def is_one_operation(result: cst.BaseExpression) -> bool:
    """Whether one operation makes it of a name, as in `d_out.sum(axis=0)` or `d_out @ W.T`."""
    match result:
        case cst.BinaryOperation(left=left, right=right):
            return is_plain(left) and is_plain(right)
        case cst.UnaryOperation(expression=inner):
            return is_plain(inner)
        case cst.Call(func=cst.Attribute(value=inner), args=arguments):
            return is_plain(inner) and all(
                is_plain(arg.value) for arg in arguments if not arg.keyword
            )
    return False


def is_plain(expression: cst.BaseExpression) -> bool:
    """Whether it is a name or a literal, or an attribute or a part of one."""
    outer = cst.Attribute | cst.Subscript
    inner = expression.value if isinstance(expression, outer) else expression
    return isinstance(inner, cst.Name | cst.BaseNumber | cst.SimpleString)
