"""Names in a callback that others make needless: a cotangent that grows keeps its own."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import reduce

import libcst as cst

from refactorer.flow.names import Names, expression, loads
from refactorer.flow.tidying.folding import PuttingValues
from refactorer.syntax.dataflow import bound, bound_in, reads, value_of, with_value, writes
from refactorer.syntax.expressions import code
from refactorer.syntax.renaming import renamed
from refactorer.syntax.rewriting import Transformer, expression_by
from refactorer.syntax.suites import Statement, blockwise, line, statement_by

OFTEN = 3  # times that a sum is read, so that a name for it pays


def rebound(statements: Sequence[Statement], cotangents: Collection[str]) -> list[Statement]:
    """Return the lines of a callback in which the sum of a cotangent and more has its name."""
    binds = Counter(name for s in statements for name in bound_in(s))
    times: Counter[str] = sum((reads(s) for s in statements), Counter())

    def of(block: Sequence[Statement]) -> list[Statement]:
        found = [*block]
        for place in range(len(block)):
            total = bound(found[place]) if place < len(found) else None
            if total is None or binds[total] != 1 or total in cotangents:
                continue
            for name in cotangent_terms(value_of(found[place]), cotangents):
                put = renamed_total(found, place, name, times[total])
                if put is not None:
                    found = put
                    break
        return found

    return blockwise(statements, of)


def without_aliases(statements: Sequence[Statement]) -> list[Statement]:
    """Return lines without `a = b` where a is set anew before it, or b, is changed."""
    return blockwise(statements, lambda block: reduce(unaliased, range(len(block)), [*block]))


def unaliased(block: list[Statement], place: int) -> list[Statement]:
    """Return a block without the line at a place, if that is such a one."""
    name = bound(block[place]) if place < len(block) else None
    value = value_of(block[place]) if name else None
    if name is None or not isinstance(value, cst.Name) or name == value.value:
        return block
    found = block[:place]
    for k, statement in enumerate(block[place + 1 :], place + 1):
        if value.value in writes(statement) or not isinstance(statement, cst.SimpleStatementLine):
            return block
        if name in writes(statement) and bound(statement) != name:
            return block
        if bound(statement) == name:
            last = expression_by(PuttingValues({name: value}), value_of(statement))
            return [*found, with_value(statement, last), *block[k + 1 :]]
        found.append(renamed(statement, {name: value.value}))
    return block


def set_directly(statements: Sequence[Statement], cotangents: Collection[str]) -> list[Statement]:
    """Return lines in which what is handed on has its last name at once: no `a = x`, then `b = a`.

    Nothing may read b in between, nor set it anew while a is read.
    """
    binds = Counter(name for s in statements for name in bound_in(s))
    times: Counter[str] = sum((reads(s) for s in statements), Counter())

    def of(block: Sequence[Statement]) -> list[Statement]:
        found = [*block]
        for place in range(len(block)):
            name = bound(found[place]) if place < len(found) else None
            if name is not None and binds[name] == 1 and name not in cotangents:
                found = handed_on(found, place, name, times[name])
        return found

    return blockwise(statements, of)


def handed_on(block: list[Statement], place: int, name: str, times: int) -> list[Statement]:
    """Return a block in which a name set at a place is the one that it is handed on to."""
    readers = [k for k in range(place + 1, len(block)) if name in loads(block[k])]
    own = sum(reads(block[k])[name] for k in readers)
    for k in readers:
        value = value_of(block[k]) if bound(block[k]) else None
        if not isinstance(value, cst.Name) or own != times:
            continue
        new = bound(block[k]) or ""
        between, after = block[place + 1 : k], block[k + 1 : readers[-1] + 1]
        touched = any(new in loads(s) or new in writes(s) for s in between)
        if touched or any(new in writes(s) or name in writes(s) for s in (*between, *after)):
            continue
        rest = [*block[place:k], *block[k + 1 :]]
        return [*block[:place], *(renamed(s, {name: new}) for s in rest)]
    return block


def with_sums_once(statements: Sequence[Statement], names: Names) -> list[Statement]:
    """Return the lines of a turn in which the sum of two names is taken once, if it is often."""
    found = [*statements]
    texts = Counter(text for s in found for text in sums_in(s))
    for text, times in texts.items():
        places = [k for k, s in enumerate(found) if text in [*sums_in(s)]]
        first, last = min(places, default=0), max(places, default=0)
        changed = frozenset[str]().union(*map(writes, found[first:last]))
        if times >= OFTEN and changed.isdisjoint(loads(text)):
            name = names.new(f"{text.split()[-1]}_total")
            put = Sums({text: cst.Name(name)})
            rest = [statement_by(put, s) for s in found[first:]]
            found = [*found[:first], line(f"{name} = {text}"), *rest]
    return found


def sums_in(statement: Statement) -> Iterator[str]:
    """Yield the texts of the sums of two names in a statement without a body, but for slices."""
    if isinstance(statement, cst.SimpleStatementLine):
        nodes = [*ast.walk(ast.parse(code(statement).strip()))]
        ends = {id(n) for s in nodes if isinstance(s, ast.Slice) for n in ast.walk(s)}
        for node in nodes:
            match node:
                case ast.BinOp(ast.Name(), ast.Add() | ast.Sub(), ast.Name()) if (
                    id(node) not in ends
                ):
                    yield ast.unparse(node)


class Sums(Transformer):
    """Replaces sums, given as texts, by names."""

    def __init__(self, put: Mapping[str, cst.Name]) -> None:
        super().__init__()
        self.put = put

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BaseExpression:
        bare = original_node.with_changes(lpar=(), rpar=())
        return self.put.get(code(bare), updated_node)


def cotangent_terms(value: cst.BaseExpression, cotangents: Collection[str]) -> Iterator[str]:
    """Yield the cotangents that are terms of a sum."""
    node = expression(value)
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        if isinstance(node.op, ast.Add) and isinstance(node.right, ast.Name):
            yield from {node.right.id} & {*cotangents}
        node = node.left
        if isinstance(node, ast.Name):
            yield from {node.id} & {*cotangents}


def renamed_total(
    block: Sequence[Statement], place: int, name: str, times: int
) -> list[Statement] | None:
    """Return a block in which a cotangent's own name stands for the sum set at a place.

    None where the cotangent is read behind it, or is not set anew in the block.
    """
    total = bound(block[place]) or ""
    block, place = with_readers_before(block, place, name)
    later = range(place + 1, len(block))
    renewed = next((k for k in later if name in writes(block[k])), None)
    if renewed is None or any(name in loads(block[k]) for k in later if k <= renewed):
        return None
    readers = [k for k in later if total in loads(block[k])]
    inside = sum(reads(block[k])[total] for k in readers)
    if inside != times or any(total in writes(block[k]) for k in later):
        return None
    rest = moved_behind(block, renewed, max(readers, default=place))
    if rest is None:
        return None
    found = [renamed(s, {total: name}) if k >= place else s for k, s in enumerate(rest)]
    return [s for s in found if code(s).strip() != f"{name} = {name}"]


def moved_behind(block: Sequence[Statement], place: int, last: int) -> list[Statement] | None:
    """Return a block in which the line at a place stands behind another, None where it may not."""
    if last <= place:
        return [*block]
    between = block[place + 1 : last + 1]
    if not isinstance(block[place], cst.SimpleStatementLine) or not movable(block[place], between):
        return None
    return [*block[:place], *between, block[place], *block[last + 1 :]]


def with_readers_before(
    block: Sequence[Statement], place: int, name: str
) -> tuple[list[Statement], int]:
    """Return a block in which what reads a name behind a place stands before it, if it may."""
    found = [*block]
    for k in range(place + 1, len(block)):
        if name in writes(found[k]):
            break
        if name in loads(found[k]) and bound(found[k]) and movable(found[k], found[place:k]):
            found.insert(place, found.pop(k))
            place += 1
    return found, place


def movable(statement: Statement, others: Sequence[Statement]) -> bool:
    """Tell whether a statement may stand behind others as well as before them."""
    sets, read = writes(statement), loads(statement)
    return all(
        sets.isdisjoint(loads(o)) and sets.isdisjoint(writes(o)) and read.isdisjoint(writes(o))
        for o in others
    )
