"""Loops: the reverse runs over the same turns from the last to the first.

What it needs of a turn is kept in a list, once, unless it can be read elsewhere: from what does not
change in the loop, from what the loop runs over, or from a list that is kept already.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import libcst as cst
import numpy as np

from refactorer.dataflow import Statement, bound, value_of
from refactorer.expressions import code
from refactorer.flow.activity import targets
from refactorer.flow.assembly import added
from refactorer.flow.deferred import Turns, deferred
from refactorer.flow.folding import Values
from refactorer.flow.heads import Item, items
from refactorer.flow.names import loads, parsed
from refactorer.flow.puts import shape_there
from refactorer.flow.regions import (
    Jump,
    Loop,
    Pick,
    Put,
    Region,
    Straight,
    every,
    inner,
    read,
    written,
)
from refactorer.flow.woven import State, Woven, bound_by, line, read_in, renamed

if TYPE_CHECKING:
    from refactorer.flow.weaver import Weaver


MOST_LISTS = 3  # beyond them, what a turn leaves is kept together
OVER = "Loop over an array, or over range(...) with an index"


@dataclass(frozen=True)
class Kept:
    """How the reverse gets at the values of a turn.

    `before` and `ends` are lines of the function, before the loop and at the end of each turn;
    `heads` pairs names of the reverse with what they run over, `again` are lines to be run again.
    """

    before: tuple[Statement, ...]
    body: tuple[Statement, ...]
    ends: tuple[Statement, ...]
    heads: tuple[tuple[str, str], ...]
    again: tuple[Statement, ...]
    names: dict[str, str]


def woven_loop(weaver: Weaver, loop: Loop, after: State) -> Woven:
    """Return a loop and its reverse."""
    at_end = weaver.demand.at_end(loop, frozenset(after))
    if at_end.isdisjoint(written(loop)):
        return Woven((loop.statement,), (), frozenset(), after)
    first, state = started(weaver, loop, after)
    body = weaver.with_one_name(weaver.within(loop).suite(loop.body, state))
    given, last = elements(weaver, loop, body, state)
    turn = [*directly(body.backward, last), *cleared(weaver, loop, body, state)]
    needed = body.reads | weaver.read_by(turn)
    kept = Keeping(weaver, loop, body, needed, given).kept()
    again = bound_by(kept.again) - weaver.users
    turn = inlined([renamed(s, kept.names) for s in (*kept.again, *turn)], again)
    forward = rebuilt(loop, [*kept.body], kept.ends)
    turns = Turns(tuple(first), kept.heads, tuple(turn))
    turns = deferred(turns, weaver.probe_of(body.forward), weaver.names, weaver.numpy)
    reverse = headed(turns.heads, loop, turns.body)
    backward = [*turns.first, reverse, *turns.behind]
    reads = weaver.read_by(backward)
    final = {n: o for n, o in body.before.items() if n not in targets(loop)}
    final |= {n: state[n] for n in given if n in state}
    return Woven((*kept.before, forward), tuple(backward), reads, final)


def inlined(turn: Sequence[Statement], names: frozenset[str]) -> list[Statement]:
    """Return the lines of a turn with the values of names in their places."""
    values: dict[str, cst.BaseExpression] = {}
    found = []
    for statement in turn:
        put = statement.visit(Values(values))
        assert isinstance(put, cst.SimpleStatementLine | cst.BaseCompoundStatement)
        name = bound(put)
        if name in names and (is_view(value_of(put)) or is_sum(value_of(put))):
            assert name is not None
            values[name] = value_of(put)
        else:
            found.append(put)
    return found


def started(weaver: Weaver, loop: Loop, after: State) -> tuple[list[Statement], dict[str, bool]]:
    """Return the lines that start the cotangents which the loop adds to, and the state then."""
    wanted = weaver.demand.at_end(loop, frozenset(after)) | weaver.demand.before(
        loop, frozenset(after)
    )
    state, first = dict(after), []
    put = {r.array for r in every(loop.body) if isinstance(r, Put)}
    picked = {r.array for r in every(loop.body) if isinstance(r, Pick)}
    for name in weaver.in_order(wanted - set(after) - targets(loop)):
        first.append(line(f"{weaver.cotangents[name]} = {weaver.zeros(name)}"))
        state[name] = True
    wiped = {r.array for r in every(loop.body) if r in weaver.items.wiping and isinstance(r, Put)}
    own = {n for r in every(loop.body) if isinstance(r, Straight | Pick) for n in read(r)}
    for name in sorted((put | picked) & state.keys() - (written(loop) - put)):
        if name in wiped or name in own:
            first += weaver.ours(name, state)
    carried = written(loop) - put
    return first, {n: owned and n not in carried for n, owned in state.items()}


def elements(
    weaver: Weaver, loop: Loop, body: Woven, state: State
) -> tuple[dict[str, str], dict[str, str]]:
    """Return indices for the arrays that are iterated over, and where parts of theirs belong."""
    given: dict[str, str] = {}
    last: dict[str, str] = {}
    found = items(loop.statement) if isinstance(loop.statement, cst.For) else ()
    known = {item.target for item in found if item.elements in weaver.cotangents}
    if missing := sorted((body.before.keys() & targets(loop)) - known):
        raise weaver.refuse(loop.statement, f"what `{missing[0]}` runs over is not taken", OVER)
    for item in found:
        if item.counts or item.target not in body.before:
            continue
        given[item.elements] = index_of(weaver, loop)
        place = f"{weaver.cotangents[item.elements]}[{given[item.elements]}]"
        last[weaver.cotangents[item.target]] = place
    return given, last


def directly(turn: Sequence[Statement], last: Mapping[str, str]) -> list[Statement]:
    """Return the lines of a turn that add cotangents to the places where they belong.

    One that is set once and not read is added where it is computed.
    """
    found = [*turn]
    for name, place in last.items():
        setting = [s for s in found if name in bound_by([s])]
        alone = len(setting) == 1 and bound(setting[0]) == name and name not in read_in(found)
        if alone:
            put = added(place, code(value_of(setting[0])), in_place=True)
            found[found.index(setting[0])] = put
        else:
            found.append(line(f"{place} += {name}"))
    return found


def index_of(weaver: Weaver, loop: Loop) -> str:
    """Return a name for the number of a turn."""
    assert isinstance(loop.statement, cst.For)
    counts = [i.target for i in items(loop.statement) if i.counts and "range(len(" in i.elements]
    return counts[0] if counts else weaver.names.new("i", "k", "turn")


def cleared(weaver: Weaver, loop: Loop, body: Woven, state: State) -> Iterator[Statement]:
    """Yield lines after which nothing is left of cotangents that belong to the last turn alone."""
    for name in sorted((state.keys() & written(loop)) - body.before.keys() - targets(loop)):
        own = weaver.cotangents[name]
        yield line(f"{own} = {weaver.numpy}.zeros_like({own})")


@dataclass(frozen=True)
class Keeping:
    """Decides how the reverse of a loop gets at what it needs of a turn."""

    weaver: Weaver
    loop: Loop
    body: Woven
    needed: frozenset[str]
    given: dict[str, str]

    def kept(self) -> Kept:
        """Return the lists, the heads of the reverse, and what it computes again."""
        again, wanted = self.again()
        heads = [*self.from_head(wanted)]
        listed = [n for n in wanted if n not in {name for name, _ in heads}]
        return self.lists(listed, heads, again)

    @property
    def inside(self) -> frozenset[str]:
        """The names that the loop sets."""
        return written(self.loop) | bound_by(self.body.forward)

    @property
    def breaks(self) -> bool:
        """Whether the loop may end before its head says so."""
        return isinstance(self.loop.statement, cst.While) or any(
            isinstance(r, Jump) and "break" in code(r.statement) for r in own_turn(self.loop.body)
        )

    def again(self) -> tuple[list[Statement], list[str]]:
        """Return lines of the loop to be run again, and what is needed of a turn beside them.

        Those are views of what is at hand, and sums of numbers.
        """
        found: list[Statement] = []
        changing = self.inside - self.weaver.items.settled
        wanted = set(self.needed & changing)
        for statement in reversed(self.body.forward):
            name = bound(statement)
            if name in wanted and (name in self.put or self.is_cheap(statement)):
                assert name is not None
                text = self.put.get(name)
                again = line(f"{name} = {text}") if text else renamed(statement, self.aliases)
                line_again = again.with_changes(leading_lines=())
                found.insert(0, line_again)
                wanted = (wanted - {name}) | (loads(value_of(line_again)) & changing)
        order = {name: k for k, name in enumerate(self.order())}
        return found, sorted(wanted, key=lambda name: (order.get(name, -1), name))

    @cached_property
    def put(self) -> dict[str, str]:
        """The names of what each turn puts into an array where it stays, by that place."""
        puts = [r for r in self.loop.body if isinstance(r, Put)]
        visits, settled = self.weaver.visits, self.weaver.items.settled
        return {
            r.value: f"{r.array}[{r.index}]"
            for r in puts
            if r.array in settled
            and sum(r.value in bound_by([s]) for s in self.body.forward) == 1
            and shape_there(visits, r) == np.shape(visits.last(r.value))  # type: ignore[call-overload]
        }

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Names that keep what others hold at the start of a turn, by those others."""
        found: dict[str, str] = {}
        seen: set[str] = set()
        for statement in self.body.forward:
            value = value_of(statement) if bound(statement) else None
            if isinstance(value, cst.Name) and value.value not in seen:
                found.setdefault(value.value, bound(statement) or "")
            seen |= bound_by([statement])
        return found

    def order(self) -> list[str]:
        """Return the names that a turn sets, in order."""
        return [n for s in self.body.forward for n in sorted(bound_by([s]))]

    def is_cheap(self, statement: Statement) -> bool:
        """Tell whether a line may be run again: all that it reads is as it was."""
        name, value = bound(statement), value_of(statement)
        place = self.body.forward.index(statement)
        if isinstance(value, cst.Name):
            return False  # it keeps a value under another name
        earlier, later = (bound_by(f) for f in split(self.body.forward, place))
        changed = (later & loads(value)) - self.weaver.items.settled
        kept = all(n in self.aliases and n not in earlier for n in changed)
        once = sum(name in bound_by([s]) for s in self.body.forward) == 1
        numbers = all(is_integer(self.weaver.visits.last(n)) for n in loads(value))
        cheap = is_view(value) or (numbers and is_sum(value))
        return once and kept and (cheap or self.is_one_step(statement))

    def is_one_step(self, statement: Statement) -> bool:
        """Tell whether a line that the rules have made is one step from what is kept anyway."""
        name, value = bound(statement), value_of(statement)
        match ast.parse(code(value), mode="eval").body:
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult(), right=right):
                simple = all(isinstance(side, ast.Name | ast.Constant) for side in (left, right))
                at_hand = (loads(value) & self.inside) <= self.needed
                return simple and at_hand and name not in self.weaver.users
        return False

    def from_head(self, wanted: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Yield what the head of the loop gives, from the last to the first."""
        if isinstance(self.loop.statement, cst.For) and not self.breaks:
            found = items(self.loop.statement)
            own = {item.target for item in found}
            for elements, index in self.given.items():
                if index not in own or index not in wanted:
                    yield index, item_of(found, elements).turns_back
            for item in found:
                if item.target in wanted and self.can_reread(item):
                    yield item.target, item.backwards
        for part, sequence in self.body.drawn.items():
            start = self.weaver.starts.get(sequence, 0)
            own_part = self.weaver.cotangents[sequence]
            yield part, f"reversed({own_part}{f'[{start}:]' if start else ''})"

    def can_reread(self, item: Item) -> bool:
        """Tell whether what a loop runs over is the same after it."""
        return loads(item.elements).isdisjoint(written(self.loop))

    def lists(
        self,
        listed: Sequence[str],
        heads: Sequence[tuple[str, str]],
        again: Sequence[Statement],
    ) -> Kept:
        """Return the lists that are kept."""
        body = [*self.body.forward]
        before: list[Statement] = []
        ends: list[Statement] = []
        found = [*heads]
        names: dict[str, str] = {}
        left = [*listed]
        together = len(listed) > MOST_LISTS
        for name in listed if not together else ():
            source = self.entry(name, body)
            if source is None or name not in left:
                continue
            place = next(k for k, s in enumerate(body) if bound(s) == name)
            list_name = self.list_name(source)
            if source in left:
                before.append(line(f"{list_name} = [{source}]"))
                ends.append(line(f"{list_name}.append({source})"))
                del body[place]
                found += [
                    (source, f"reversed({list_name}[1:])"),
                    (name, f"reversed({list_name}[:-1])"),
                ]
                left.remove(source)
            else:
                before.append(line(f"{list_name} = []"))
                body[place] = line(f"{list_name}.append({source})").with_changes(
                    leading_lines=body[place].leading_lines
                )
                own = source if source not in self.needed | bound_by(self.body.backward) else name
                names[name] = own
                found.append((own, f"reversed({list_name})"))
            left.remove(name)
        if together:
            list_name = self.weaver.names.new("steps", "turns", "kept")
            row = f"({', '.join(left)})"
            before.append(line(f"{list_name} = []"))
            ends.append(line(f"{list_name}.append({row})"))
            found.append((row if heads else row[1:-1], f"reversed({list_name})"))
        for name in left if not together else ():
            list_name = self.list_name(name)
            before.append(line(f"{list_name} = []"))
            ends.append(line(f"{list_name}.append({name})"))
            found.append((name, f"reversed({list_name})"))
        if not found and self.breaks:
            count = self.weaver.names.new("turns", "steps")
            before.append(line(f"{count} = 0"))
            ends.append(line(f"{count} += 1"))
            found.append(("_", f"range({count})"))
        guards = [line(f"{n} = None") for n in left if self.may_be_unset(n, body)]
        return Kept(tuple(before), (*guards, *body), tuple(ends), tuple(found), tuple(again), names)

    def entry(self, name: str, body: Sequence[Statement]) -> str | None:
        """Return the name whose value at the start of a turn this one keeps, if it does."""
        seen: set[str] = set()
        for statement in body:
            if bound(statement) == name and isinstance(value_of(statement), cst.Name):
                source = code(value_of(statement))
                alone = sum(name in bound_by([s]) for s in body) == 1
                return source if source not in seen and alone else None
            seen |= bound_by([statement])
        return None

    def may_be_unset(self, name: str, body: Sequence[Statement]) -> bool:
        """Tell whether a turn may end without having set a name."""
        for statement in body:
            if isinstance(statement, cst.SimpleStatementLine) and name in bound_by([statement]):
                return False
            if isinstance(statement, cst.If) and "break" in code(statement):
                return True
        return name not in targets(self.loop)

    def list_name(self, name: str) -> str:
        """Return what to call the values of a name."""
        wanted = (f"all_{name}",) if name.endswith("s") else (f"{name}s", f"all_{name}")
        return self.weaver.names.new(*wanted, f"every_{name}")


def item_of(found: Sequence[Item], elements: str) -> Item:
    """Return the target that is taken from an array."""
    return next(item for item in found if item.elements == elements)


def own_turn(suite: Sequence[Region]) -> Iterator[Region]:
    """Yield the regions of a body that are not in a loop inside it."""
    for region in suite:
        yield region
        if not isinstance(region, Loop):
            for part in inner(region):
                yield from own_turn(part)


def is_view(value: cst.BaseExpression) -> bool:
    """Tell whether an expression is a part of an array, taken by numbers and slices."""
    match ast.parse(code(value), mode="eval").body:
        case ast.Subscript(value=ast.Name(), slice=index):
            plain = (ast.Name, ast.Constant, ast.BinOp, ast.UnaryOp, ast.Slice, ast.Tuple)
            marks = (ast.operator, ast.unaryop, ast.expr_context)
            return all(isinstance(node, (*plain, *marks)) for node in ast.walk(index))
    return False


def split(
    statements: Sequence[Statement], place: int
) -> tuple[Sequence[Statement], Sequence[Statement]]:
    """Return the statements before a place, and those behind it."""
    return statements[:place], statements[place + 1 :]


def is_sum(value: cst.BaseExpression) -> bool:
    """Tell whether an expression adds numbers up."""
    plain = (ast.Module, ast.Expr, ast.Name, ast.Constant, ast.BinOp, ast.Add, ast.Sub, ast.Load)
    return all(isinstance(node, plain) for node in ast.walk(parsed(value)))


def is_integer(value: object) -> bool:
    """Tell whether a value is a whole number."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def rebuilt(loop: Loop, body: Sequence[Statement], ends: Sequence[Statement]) -> Statement:
    """Return the loop of the function; what is kept is kept before it is left early, too."""
    put = [with_ends(statement, ends) for statement in body]
    return loop.statement.with_changes(body=cst.IndentedBlock([*put, *ends]))


def with_ends(statement: Statement, ends: Sequence[Statement]) -> Statement:
    """Return a statement that ends a turn only after what stands at its end."""
    if not isinstance(statement, cst.If) or not ends:
        return statement
    found = statement.visit(BeforeJumps(ends))
    assert isinstance(found, cst.If)
    return found


class BeforeJumps(cst.CSTTransformer):
    """Puts statements before the jumps of one loop."""

    def __init__(self, ends: Sequence[Statement]) -> None:
        super().__init__()
        self.ends = ends

    def visit_For(self, node: cst.For) -> bool:  # noqa: N802
        return False

    def visit_While(self, node: cst.While) -> bool:  # noqa: N802
        return False

    def leave_IndentedBlock(  # noqa: N802
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        body = updated_node.body
        last = body[-1]
        match last:
            case cst.SimpleStatementLine(body=[cst.Break() | cst.Continue()]):
                return updated_node.with_changes(body=[*body[:-1], *self.ends, last])
        return updated_node


def headed(heads: Sequence[tuple[str, str]], loop: Loop, body: Sequence[Statement]) -> cst.For:
    """Return the loop of the reverse."""
    if not heads:
        assert isinstance(loop.statement, cst.For)
        target, head = "_", code(loop.statement.iter)
    elif len(heads) == 1:
        target, head = heads[0]
    else:
        target = ", ".join(name for name, _ in heads)
        head = f"zip({', '.join(text for _, text in heads)})"
    made = cst.ensure_type(cst.parse_statement(f"for {target} in {head}: pass"), cst.For)
    return made.with_changes(body=cst.IndentedBlock([*body]))
