"""The values of the forward part that the callback reads, and the names it reads them by."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from refactorer.printing.names.naming import free
from refactorer.printing.written import Store, Written, names_in

VIEWS = frozenset({"transpose", "expand_dims", "swapaxes", "moveaxis", "squeeze", "shape"})


@dataclass(frozen=True)
class Residuals:
    """The names that the user's text needs for its residuals: values that the callback reads.

    - `needed` are our names of those values.
    - `taken` are names that must not get another meaning.
    - `wanted` says what a value should be called if the user did not name it.
    - `constants` are values that the user's function does not compute.
    """

    written: Written
    needed: frozenset[str]
    taken: frozenset[str] = frozenset()
    wanted: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, ast.expr] = field(default_factory=dict)

    @cached_property
    def definitions(self) -> Mapping[str, ast.expr]:
        """The operation that computes each value, in our names."""
        return {**self.constants, **self.written.definitions}

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """The values that are read by name at the end of the function, in the order of the text."""
        found: set[str] = set()
        pending = list(self.needed)
        while pending:
            value = self.written.twin(pending.pop())
            if value not in found:
                found.add(value)
                pending += names_in(self.definitions[value]) if self.is_inline(value) else ()
        spans = self.written.spans
        named = (value for value in found if value in spans and not self.is_inline(value))
        return tuple(sorted(named, key=lambda value: spans[value][0]))

    def is_inline(self, value: str) -> bool:
        """Tell whether a value is computed again where it is read, and not named and kept."""
        value = self.written.twin(value)
        if value not in self.definitions or value in self.written.stored_values:
            return False
        return value not in self.written.spans or is_view(self.definitions[value])

    @cached_property
    def stores(self) -> Mapping[Store, str]:
        """What each stored value is called: what the user called it, unless that name is needed."""
        names: dict[Store, str] = {}
        for store in self.written.stores:
            first = self.written.versions(store)[0]
            moves_on = first.is_parameter and self.is_lost(first) and not self.is_pinned(store)
            stays = store.is_parameter or not store.value
            again = {s.value: name for s, name in names.items() if s.name == store.name}
            if stays or not (moves_on or self.is_lost(store)):
                names[store] = store.name
            elif store.value in again:  # a copy of what the name holds
                names[store] = again[store.value]
            else:
                names[store] = free(self.candidates(store.value), self.used | {*names.values()})
        return names

    @cached_property
    def idle(self) -> frozenset[str]:
        """The names with a value on which the gradient does not depend: others may read it."""
        return frozenset(store.name for store in self.written.stores if not store.value)

    def is_lost(self, store: Store) -> bool:
        """Tell whether a value is read by the callback after its name got another meaning."""
        return store.value in self.reads and store.value not in self.written.finals.values()

    def is_pinned(self, store: Store) -> bool:
        """Tell whether a store must keep its name: others may read what it holds."""
        last = self.written.finals.get(store.name) == store.value
        return (last and store.name in self.written.primal.pinned) or store.name in self.idle

    @cached_property
    def entries(self) -> Mapping[str, str]:
        """New names for what pinned parameters hold at first, where their names move on."""
        finals = {name: store.value for store, name in self.stores.items()}
        names: dict[str, str] = {}
        for store in self.written.stores:
            if store.is_parameter and self.is_lost(store) and store.value not in finals.values():
                wanted = (f"{store.name}_before", f"previous_{store.name}")
                names[store.value] = free(wanted, self.used | {*finals, *names.values()})
        return names

    @cached_property
    def hoists(self) -> Mapping[str, str]:
        """New names for the values that would have none at the end of the function."""
        finals = {name: store.value for store, name in self.stores.items()}
        names: dict[str, str] = {}
        for value in self.reads:
            if value not in finals.values() and value not in self.entries:
                taken = self.used | {*finals, *names.values(), *self.entries.values()}
                names[value] = free(self.candidates(value), taken)
        return names

    def candidates(self, value: str) -> Iterator[str]:
        """Yield names for a value; what another is wanted to be called means that other value."""
        meant = {self.written.twin(v): name for v, name in self.wanted.items()}
        yield from [meant[value]] if value in meant else []
        yield from (name for name in self.written.phrases(value) if name not in meant.values())

    @cached_property
    def used(self) -> frozenset[str]:
        """The names that are no longer free."""
        return self.taken | names_in(self.written.function)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The name by which each of our names is read at the end of the function."""
        finals = {name: store.value for store, name in self.stores.items()}
        by_value = {value: name for name, value in reversed(finals.items())}
        by_value |= {**self.hoists, **self.entries}
        known = {*self.definitions, *by_value}
        twins = {ours: self.written.twin(ours) for ours in known}
        return {ours: by_value[twin] for ours, twin in twins.items() if twin in by_value}


def is_view(operation: ast.expr) -> bool:
    """Tell whether an operation takes no time, and keeps nothing alive but its operand."""
    match operation:
        case ast.Constant():
            return True
        case ast.Call(ast.Attribute(ast.Name("np"), function)):
            return function in VIEWS
        case ast.Subscript(slice=ast.Tuple(parts)):
            return all(isinstance(p, ast.Slice) or ast.unparse(p) == "None" for p in parts)
    return False
