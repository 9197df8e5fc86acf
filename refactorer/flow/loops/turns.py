"""The reverse of a loop: what it runs over, in which order, and how it gets at what it needs."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import libcst as cst

from refactorer.flow.names import Names, bound_by, expression, stores
from refactorer.flow.tidying.folding import with_values
from refactorer.syntax.dataflow import reads
from refactorer.syntax.suites import Statement, line

Heads = tuple[tuple[str, str], ...]
WIDTH = 79  # characters of a head in a callback, up to which it stands on one line
BRIEF = 8  # characters of an item that is read where it is used, rather than named


@dataclass(frozen=True)
class Turns:
    """The reverse of a loop: the lines before it, what it runs over, its body, the lines behind it.

    `heads` pairs targets with what yields their values, from the last turn to the first.
    """

    first: tuple[Statement, ...]
    heads: Heads
    body: tuple[Statement, ...]
    after: tuple[Statement, ...] = ()

    def loop(self, names: Names, otherwise: str, in_order: bool) -> list[Statement]:
        """Return the statements; `otherwise` is what is run over where no value is needed."""
        if not self.heads:
            head, body = f"for _ in {otherwise}: pass", self.body
        elif in_order:
            head, body = forwards(self.heads), self.body
            if len(head) - len(": pass") > WIDTH:
                found = numbered(self, names)
                head, body = forwards(found.heads), found.body
        else:
            found = numbered(self, names)
            head, body = backwards(found.heads), found.body
        if len(head) - len(": pass") > WIDTH and len(self.heads) == 1:
            head, body = unpacked_inside(self.heads[0], head, body, names)
        made = cst.ensure_type(cst.parse_statement(head), cst.For)
        return [*self.first, made.with_changes(body=cst.IndentedBlock(body)), *self.after]


def backwards(heads: Heads) -> str:
    """Return the head of a loop from the last turn to the first."""
    targets, texts = zip(*heads, strict=True)
    return f"for {', '.join(targets)} in {zipped(texts)}: pass"


def forwards(heads: Heads) -> str:
    """Return the head of a loop from the first turn to the last; numbers are counted."""
    found = [(target, text if target == "_" else in_other_order(text)) for target, text in heads]
    numbers = [target for target, text in heads if count_of(text)]
    others = [row for row in found if row[0] not in numbers]
    if len(numbers) != 1 or not others:
        return backwards(tuple(found))
    targets, texts = zip(*others, strict=True)
    only = targets[0]
    is_row = len(targets) > 1 or (len(stores(only)) > 1 and not only.startswith("("))
    row = f"({', '.join(targets)})" if is_row else only
    return f"for {numbers[0]}, {row} in enumerate({zipped(texts)}): pass"


def zipped(texts: Sequence[str]) -> str:
    """Return what yields the values of several side by side."""
    return f"zip({', '.join(texts)})" if len(texts) > 1 else texts[0]


def in_other_order(text: str) -> str:
    """Return the text of the same values in the other order."""
    match expression(text):
        case ast.Call(func=ast.Name("reversed"), args=[values]):
            return ast.unparse(values)
    return f"reversed({text})"


def count_of(text: str) -> str:
    """Return the number of turns, if a loop runs from the last of them to number 0, else ""."""
    match expression(in_other_order(text)):
        case ast.Call(func=ast.Name("range"), args=[count]):
            return ast.unparse(count)
    return ""


def number_of_first(text: str) -> int | None:
    """Return the number of the first turn, if turns are numbered one by one."""
    match expression(in_other_order(text)):
        case ast.Call(func=ast.Name("range"), args=[_]):
            return 0
        case ast.Call(func=ast.Name("range"), args=[ast.Constant(int(first)), _]):
            return first
    return None


def numbered(turns: Turns, names: Names) -> Turns:
    """Return the same with items read by the number of the turn, where it is at hand or clearer."""
    indices = [row for row in turns.heads if number_of_first(row[1]) is not None and row[0] != "_"]
    if indices:
        head, first = indices[0], number_of_first(indices[0][1]) or 0
    else:
        whole = [
            in_other_order(text) for _, text in turns.heads if in_other_order(text).isidentifier()
        ]
        is_long = len(backwards(turns.heads)) - len(": pass") > WIDTH and len(turns.heads) > 1
        if not is_long or not whole:
            return turns
        head, first = (names.new("i", "k", "turn"), f"reversed(range(len({whole[0]})))"), 0
    places = {
        target: value_of_turn(text, head[0], first)
        for target, text in turns.heads
        if target != head[0]
    }
    if not places or not all(places.values()) or head[0] in bound_by(turns.body):
        return turns
    return replace(turns, heads=(head,), body=tuple(reading(turns.body, places)))


def value_of_turn(text: str, index: str, first: int) -> str:
    """Return the text of the value of one turn; "" where it is not found by its number."""
    match expression(in_other_order(text)):
        case ast.Name(values) | ast.Subscript(ast.Name(values), ast.Slice(None, _, None)):
            return f"{values}[{shifted(index, -first)}]"
        case ast.Subscript(ast.Name(values), ast.Slice(ast.Constant(int(start)), _, None)):
            return f"{values}[{shifted(index, start - first)}]"
    return ""


def shifted(index: str, by: int) -> str:
    """Return the text of a number that is so much larger than another."""
    return f"{index} {'+' if by > 0 else '-'} {abs(by)}" if by else index


def reading(body: Sequence[Statement], places: dict[str, str]) -> list[Statement]:
    """Return a body that reads what targets stood for; what is long and read again has a name."""
    counts: Counter[str] = sum((Counter(reads(s)) for s in body), Counter())
    bound = bound_by(body)
    inline, before = {}, []
    for target, place in places.items():
        brief = counts[target] == 1 or len(place) <= BRIEF
        if brief and target.isidentifier() and target not in bound:
            inline[target] = cst.parse_expression(place)
        else:
            before.append(line(f"{without_parentheses(target)} = {place}"))
    return [*before, *(with_values(s, inline) for s in body)]


def unpacked_inside(
    head: tuple[str, str], text: str, body: Sequence[Statement], names: Names
) -> tuple[str, tuple[Statement, ...]]:
    """Return a head with one name for a long row, and the body, which takes the row apart."""
    target, over = head
    if len(stores(target)) < 2:
        return text, tuple(body)
    row = names.new("step", "turn", "row")
    return f"for {row} in {over}: pass", (line(f"{without_parentheses(target)} = {row}"), *body)


def without_parentheses(row: str) -> str:
    """Return targets without parentheses around them."""
    return row[1:-1] if row.startswith("(") else row
