"""From the statements of a backward part to the fewest and cheapest that give the same gradients."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from refactorer.algebra import tensor as t
from refactorer.algebra.definitions import Definition, Definitions
from refactorer.algebra.extract import Extractor, laid_out, signed
from refactorer.algebra.nodes import Node, Number, Ref
from refactorer.algebra.read import Reader, Unreadable
from refactorer.algebra.sharing import Shared, share
from refactorer.algebra.tensor import Tensor, leaf
from refactorer.algebra.write import lies, write

Shape = tuple[int, ...]
MOST_CUTS_TRIED = 12
MOST_SHARED = 8
COTANGENT, FORWARD = -1, 10  # where they stand in a product


@dataclass(frozen=True)
class Line:
    """`name = text`, or a statement that changes what `name` holds: its value `text` between head and tail."""

    name: str
    text: str
    head: str = ""
    tail: str = ""

    @property
    def binds(self) -> bool:
        return not self.head

    @property
    def code(self) -> str:
        return f"{self.head or f'{self.name} = '}{self.text}{self.tail}"

    @cached_property
    def reads(self) -> Counter[str]:
        """The names that it reads; a change reads what it changes."""
        code = self.text if self.binds else self.code
        return Counter(n.id for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Name))


@dataclass(frozen=True)
class Program:
    """What the algebra is given: both parts as lines, and what is known of each name.

    `arguments` and `gradients` are what is differentiated and the texts of the gradients, in the same order.
    `free` are the names that the user gave: they cost nothing to read.
    """

    forward: Sequence[Line]
    backward: Sequence[Line]
    arguments: Sequence[str]
    gradients: Sequence[str]
    shapes: Mapping[str, Shape]
    seed: str
    free: Collection[str]
    shape_of: Callable[[str], Shape]

    def collected(self) -> tuple[list[Line], tuple[str, ...]]:
        """The lines of the backward part, and the text of each gradient."""
        plan = self.best_plan()
        return plan.lines(), plan.gradient_texts()

    def best_plan(self) -> Plan:
        """Values read more than once are kept under their names unless spelling them out costs no more."""
        plan = Plan(self, frozenset(self.candidates))
        for name in list(reversed(self.candidates))[:MOST_CUTS_TRIED] * 2:
            if name in plan.cuts:
                other = replace(plan, cuts=plan.cuts - {name})
                plan = other if other.shared.cost <= plan.shared.cost else plan
        return plan

    @cached_property
    def candidates(self) -> list[str]:
        """The cotangents that are arrays, bound once and read more than once."""
        texts = [line.text for line in self.backward]
        reads = sum((Line("", text).reads for text in (*texts, *self.gradients)), Counter[str]())
        bound = Counter(line.name for line in self.backward if line.binds)
        return [
            name
            for name, times in bound.items()
            if times == 1 and reads[name] > 1 and self.shapes[name] and name not in self.kept
        ]

    @cached_property
    def kept(self) -> frozenset[str]:
        """Names that are left as they stand: changed in place, saying where, unreadable, or read by such."""
        verbatim = [replace(line, text="0") for line in self.backward if not line.binds]
        verbatim += [line for line in self.backward if line.binds and line.name in self.unreadable]
        kept = self.unreadable.union(*(line.reads for line in verbatim))
        for line in reversed(self.backward):  # what is left as it stands needs all that it reads
            kept |= line.reads.keys() if line.binds and line.name in kept else set()
        return kept

    @cached_property
    def unreadable(self) -> frozenset[str]:
        """The names of the backward part whose text the algebra has no meaning for."""
        values, found = dict(self.forward_values), set[str]()
        for line in self.backward:
            if line.binds:
                values[line.name] = leaf(line.name, self.shapes[line.name])
                try:
                    values[line.name] = Reader(values, self.shape_of).read(line.text)
                except Unreadable:
                    found.add(line.name)
        return frozenset(found)

    @cached_property
    def forward_values(self) -> dict[str, Tensor]:
        """The value of each name of the forward part; one that cannot be read is a leaf."""
        bound = {line.name for line in self.forward} | {line.name for line in self.backward}
        values = {
            name: leaf(name, shape) for name, shape in self.shapes.items() if name not in bound
        }
        for line in self.forward:
            values[line.name] = self.read(line, values)
        return values

    def read(self, line: Line, values: Mapping[str, Tensor]) -> Tensor:
        try:
            return Reader(values, self.shape_of).read(line.text)
        except Unreadable:
            return leaf(line.name, self.shapes[line.name])

    @cached_property
    def full_values(self) -> dict[str, Tensor]:
        """The value of each name of the backward part, spelled out as far as it goes."""
        values = dict(self.forward_values)
        for line in self.backward:
            if line.binds:
                values[line.name] = self.cotangent(line, values)
        return values

    def cotangent(self, line: Line, values: Mapping[str, Tensor]) -> Tensor:
        """The value of a line of the backward part; one that is kept is a leaf."""
        kept = line.name in self.kept
        return leaf(line.name, self.shapes[line.name]) if kept else self.read(line, values)

    @cached_property
    def forward_definitions(self) -> list[Definition]:
        """What the forward part offers: its names, and the lengths of the arguments' axes."""
        bound = [line.name for line in self.forward]
        names = [*(n for n in self.forward_values if n not in bound), *bound]
        found = [self.definition(name, order) for order, name in enumerate(names)]
        return [*found, *self.lengths(names)]

    def definition(self, name: str, order: int) -> Definition:
        rank = len(self.shapes[name])
        price = 0 if name in self.free else (5, 30, 60)[min(rank, 2)]
        place = COTANGENT if name == self.seed else FORWARD + order
        return Definition(name, self.forward_values[name], place, price)

    def lengths(self, names: Sequence[str]) -> Iterator[Definition]:
        for order, name in enumerate(names):
            shape, price = self.shapes[name], 0 if name in self.free else 5
            if t.element_count(shape).value.number() is None:
                yield Definition(f"{name}.size", t.element_count(shape), FORWARD + order, price + 2)
            if len(shape) > 1:
                for axis, extent in enumerate(shape):
                    text = f"{name}.shape[{axis}]"
                    yield Definition(text, t.element_count([extent]), FORWARD + order, price + 3)


@dataclass(frozen=True)
class Plan:
    """A program with a choice of the cotangents that keep their names."""

    program: Program
    cuts: frozenset[str]

    @cached_property
    def values(self) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """The value of each cut in terms of those before it, and of each name after them."""
        program, cut_values = self.program, dict[str, Tensor]()
        values = dict(program.forward_values)
        for line in program.backward:
            if not line.binds:
                continue
            short, full = program.cotangent(line, values), program.full_values[line.name]
            value = full if len(full.value.terms) < len(short.value.terms) else short
            if line.name in self.cuts and is_work(value):
                cut_values[line.name] = value
                value = narrowed(line.name, value)
            values[line.name] = value
        return cut_values, values

    @cached_property
    def extractor(self) -> Extractor:
        cuts, values = self.values
        names = [*cuts, *(name for name in self.program.kept if name in self.program.full_values)]
        known = {d.name: d for d in self.program.forward_definitions}
        known |= {n: Definition(n, values[n], COTANGENT) for n in names if n not in known}
        arrays = [name for name in self.program.arguments if self.program.shapes[name]]
        return Extractor(Definitions([*known.values()]), arrays[0] if arrays else "")

    @cached_property
    def results(self) -> dict[str, Tensor]:
        """The values that are asked for: those of the gradients, and those that statements put in place."""
        reader = Reader(self.values[1], self.program.shape_of)
        texts = {root(i): text for i, text in enumerate(self.program.gradients)}
        texts |= {root(line): line.text for line in self.program.backward if not line.binds}
        return {key: reader.read(text) for key, text in texts.items()}

    @cached_property
    def shared(self) -> Shared:
        cuts, _ = self.values
        roots = {name: self.node(value) for name, value in (cuts | self.results).items()}
        taken = self.program.shapes
        numbered = (f"shared{i}" for i in range(len(taken) + MOST_SHARED))
        names = [name for name in numbered if name not in taken][:MOST_SHARED]
        return self.with_gradients_named(share(roots, names))

    def with_gradients_named(self, shared: Shared) -> Shared:
        """A shared part that is the whole of a gradient is called by that gradient's name."""
        for i, argument in enumerate(self.program.arguments):
            node = shared.roots[root(i)]
            if isinstance(node, Ref) and node.name in shared.parts:
                shared = shared.renamed(node.name, f"b{argument}")
        return shared

    def node(self, value: Tensor) -> Node:
        return signed(*self.extractor.polynomial(value.value))

    def lines(self) -> list[Line]:
        """What is left of the backward part, each name before it is read."""
        done = [kept for line in self.program.backward if (kept := self.line(line)) is not None]
        parts = self.shared.parts.items()
        return in_order([*done, *(Line(n, write(node, lies(node)).text) for n, node in parts)])

    def line(self, line: Line) -> Line | None:
        """A line as it is left; None for one that nothing needs."""
        cuts, _ = self.values
        if not line.binds:
            frame = laid_out(self.results[root(line)].shape)
            return replace(line, text=write(self.shared.roots[root(line)], frame).text)
        if line.name in cuts:
            frame = laid_out(narrowed(line.name, cuts[line.name]).shape)
            return Line(line.name, write(self.shared.roots[line.name], frame).text)
        return line if line.name in self.program.kept else None

    def gradient_texts(self) -> tuple[str, ...]:
        """Each gradient in the shape of its argument."""
        roots, values = self.shared.roots, self.results
        names = enumerate(self.program.arguments)
        return tuple(spread(roots[root(i)], values[root(i)].shape, name) for i, name in names)


def root(what: int | Line) -> str:
    """The key of a gradient, by its position, or of what a statement puts in place: no name looks like it."""
    return f"gradient {what}" if isinstance(what, int) else f"statement {what.code}"


def spread(node: Node, shape: Shape, argument: str) -> str:
    """The text of a gradient, filled up to the shape of its argument where it does not run along all axes."""
    frame = laid_out(shape)
    text = write(node, frame)
    if node.labels == {label for label in frame if label is not None} and len(text.layout) == len(
        frame
    ):
        return text.text
    if node == Number("0"):
        return f"np.zeros_like({argument})"
    return f"np.full_like({argument}, {text.text})"


def is_work(value: Tensor) -> bool:
    """Whether it takes an operation on arrays; a change of sign or a condition is left to who reads it."""
    match value.value.terms:
        case [(monomial, coefficient)]:
            arrays = [f for f, _ in monomial.powers if f.labels and "mask" not in f.atom.kind]
            return bool(arrays) and (abs(coefficient) != 1 or len(monomial.powers) > 1)
    return bool(value.value.labels)


def narrowed(name: str, value: Tensor) -> Tensor:
    """The name of a value, along the axes that it runs along and no others."""
    shape = tuple(
        n if value.rank - 1 - i in value.value.labels else 1 for i, n in enumerate(value.shape)
    )
    return leaf(name, shape)


def in_order(lines: list[Line]) -> list[Line]:
    """The lines, each after those that bind what it reads, else in the order given."""
    waiting, done = list(lines), list[Line]()
    while waiting:
        unbound = {line.name for line in waiting if line.binds}
        ready = next(line for line in waiting if not (unbound - {line.name}) & line.reads.keys())
        waiting.remove(ready)
        done.append(ready)
    return done
