"""The user's text with the names in it that its residuals need."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from refactorer.primal.normalise import Primal
from refactorer.printing.functions import plain
from refactorer.printing.residuals import Residuals
from refactorer.printing.splices import Splice, Tokens, inserted, name_splice, spliced
from refactorer.printing.written import Store, Written, names_in, substituted
from refactorer.reading.source import Span


@dataclass(frozen=True)
class ForwardText:
    """The text of the function, changed where a value gets a name and nowhere else."""

    residuals: Residuals

    @property
    def written(self) -> Written:
        """The text before."""
        return self.residuals.written

    @cached_property
    def text(self) -> str:
        """The text with the names in it."""
        written = self.written
        names = [(name, written.primal.names[v]) for v, name in self.residuals.entries.items()]
        lines = {0: [f"{name} = {user}" for name, user in names]} if names else {}
        for value in sorted(self.residuals.hoists, key=self.innermost_first):
            span = self.written.spans[value][0]
            lines.setdefault(self.written.statement(span), []).append(self.assignment(value))
        source, body = self.written.source, self.written.body
        splices = [inserted(source, body[k], texts) for k, texts in lines.items()]
        return spliced(source.text, [*splices, *self.splices.values()])

    def innermost_first(self, value: str) -> tuple[int, int]:
        """Return what sorts the places of values so that each comes after those inside it."""
        span = self.written.spans[value][0]
        return span.end, -span.start

    def assignment(self, value: str) -> str:
        """Return the statement that names a value where it is first computed."""
        text = self.rendered(self.written.spans[value][0])
        return f"{self.residuals.hoists[value]} = " + (f"({text})" if "\n" in text else text)

    def rendered(self, span: Span, at_end: bool = False) -> str:
        """Return the text of an expression with the names in it; `at_end` as it is read there."""
        splices = {**self.splices, **(self.entered if at_end else {})}
        # `np.asarray(a * b)` is the value of `a * b`: it is not made of the name that it gets
        itself = self.written.spans.get(self.written.value_at(span), (span,))
        inside = [splice for at, splice in splices.items() if at not in itself]
        return spliced(self.written.source.text, inside, within=span)

    @property
    def entered(self) -> dict[Span, Splice]:
        """The names of what parameters held at first, by the places where they are read."""
        spans = self.written.spans
        return {
            span: Splice(span, name)
            for value, name in self.residuals.entries.items()
            for span in spans.get(value, ())
            if self.written.text(span) == self.written.primal.names[value]
            if not self.written.is_store(span)
        }

    @cached_property
    def splices(self) -> Mapping[Span, Splice]:
        """The names, by the places of what they stand for."""
        tokens = Tokens(self.written.source)
        found = {
            span: name_splice(tokens, span, name)
            for value, name in self.residuals.hoists.items()
            for span in self.written.spans[value]
        }
        return found | {splice.span: splice for splice in self.renamings()}

    def renamings(self) -> Iterator[Splice]:
        """Yield what gives stored values other names, where they are stored and read."""
        for store, name in self.residuals.stores.items():
            yield from self.renamed_store(store, name)
            if name != store.name:
                for span in self.written.spans[store.value]:
                    if self.written.text(span) == store.name and not self.written.is_store(span):
                        yield Splice(span, name)

    def renamed_store(self, store: Store, name: str) -> Iterator[Splice]:
        """Yield what stores under another name; `Z -= x` then is an assignment of Z - x."""
        *_, before = self.written.versions(store)
        old = self.residuals.stores[before]
        match store.statement:
            case ast.AugAssign(value=value) if old != name:
                text, operand = self.written.source.text, self.written.source.span(value)
                sign = text.index("=", store.span.end)
                operator = text[store.span.end : sign].strip()
                yield Splice(Span(store.span.start, sign + 1), f"{name} = {old} {operator}")
                grouped = "(" in text[sign : operand.start]
                named = self.written.value_at(operand) in self.residuals.hoists
                if not (grouped or named) and is_loose(f"{old} {operator}", text, operand):
                    yield Splice(Span(operand.start, operand.start), "(")
                    yield Splice(Span(operand.end, operand.end), ")")
            case _ if name != store.name:
                yield Splice(store.span, name)

    @property
    def primal(self) -> Primal:
        """The function with its text, in the user's own names alone."""
        primal, names = self.written.primal, self.residuals.names
        definitions = self.written.numpy.completed(primal.target.definitions)
        target = replace(primal.target, source=self.text, definitions=definitions)
        return replace(
            primal,
            target=target,
            code=plain(self.text),
            wrt=tuple(primal.names.get(name, name) for name in primal.wrt),
            output=names.get(primal.output, primal.output),
            names={},
            expressions={},
        )

    def place(self, value: str) -> str:
        """Return the name by which a value is read, or else what the line that computes it sets."""
        spans = self.written.spans.get(self.written.twin(value), ())
        if value in self.residuals.names:
            return self.residuals.names[value]
        if not spans or self.written.statement(spans[0]) < 0:
            return self.written.primal.names.get(value, value)
        around = sorted(
            (at.end - at.start, name)
            for hoisted, name in self.residuals.hoists.items()
            if (at := self.written.spans[hoisted][0]).start <= spans[0].start
            and spans[0].end <= at.end
        )
        line = self.written.body[self.written.statement(spans[0])]
        stored = [name for s, name in self.residuals.stores.items() if s.statement is line]
        return [*(name for _, name in around), *stored, value][0]

    def expression(self, value: str) -> str:
        """Return how a value is computed from what can be read at the end of the function."""
        value = self.written.twin(value)
        if value in self.residuals.names:
            return self.residuals.names[value]
        if value in self.written.spans:
            return self.rendered(self.written.spans[value][0], at_end=True)
        definitions = self.residuals.definitions
        operands = names_in(definitions[value]) & {*definitions, *self.residuals.names}
        trees = {v: ast.parse(self.expression(v), mode="eval").body for v in operands}
        return ast.unparse(substituted(definitions[value], trees))


def is_loose(before: str, text: str, operand: Span) -> bool:
    """Tell whether an operand needs parentheses behind an operator."""
    plain = text[operand.start : operand.end]
    one, other = (ast.parse(f"({before} {x})") for x in (plain, f"({plain})"))
    return ast.dump(one) != ast.dump(other)
