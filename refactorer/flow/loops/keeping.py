"""How the reverse of a loop gets the values of a turn: read again, computed again, or kept once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import libcst as cst

from refactorer.flow.loops.body import LoopBody, ends_turn, entry
from refactorer.flow.loops.kept import Kept
from refactorer.flow.loops.recomputed import Again
from refactorer.flow.names import bound_by
from refactorer.flow.structure.counters import step
from refactorer.flow.structure.regions import Append, read
from refactorer.flow.weaving.woven import State
from refactorer.printing.names.naming import is_free
from refactorer.syntax.suites import Statement, line

MOST_LISTS = 3  # beyond them, what a turn leaves is kept together


@dataclass(frozen=True)
class Keeping(LoopBody):
    """Decides how the reverse of a loop gets the values of a turn that it needs.

    `given` maps an array to the name of the number of a turn, by which its part is found.
    `in_order` tells whether the reverse may run from the first turn to the last. `after` are the
    names with cotangents behind the loop: they still hold what the last turn gave them.
    """

    needed: frozenset[str]
    given: dict[str, str]
    in_order: bool
    after: State

    def kept(self, turn: Sequence[Statement]) -> Kept:
        """Return the lists, the heads of the reverse, and what it computes again."""
        again, wanted = Again(self, self.needed, turn).chosen()
        heads = [*self.from_head(wanted)]
        left = [n for n in wanted if n not in {name for name, _ in heads}]
        kept = Kept([*self.body.forward], heads, again)
        left = [name for name in left if not self.read_from_theirs(name, left, kept)]
        left = [name for name in left if not self.count_again(name, left, kept)]
        many = len(left) > MOST_LISTS
        for name in [*left]:
            if name in left and (not many or self.is_carried(name, kept)):
                self.keep(name, left, kept)
                left.remove(name)
        if many and len(left) > 1:
            self.keep_together(left, kept)
            left = []
        for name in left:
            self.keep(name, left, kept)
        self.count(kept)
        unset = [n for n in kept.appended if self.may_be_unset(n)]
        kept.before += [line(f"{n} = None") for n in unset if n in self.after]
        kept.body[:0] = [line(f"{n} = None") for n in unset if n not in self.after]
        return kept

    def from_head(self, wanted: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Yield what the head of the loop gives, from the last to the first."""
        if isinstance(self.loop.statement, cst.For) and not self.breaks:
            own = {item.target for item in self.found}
            indices = {index: elements for elements, index in reversed(self.given.items())}
            for index, elements in reversed(indices.items()):
                if index not in own or index not in wanted:
                    yield index, next(i for i in self.found if i.elements == elements).turns_back
            for item in self.found:
                if item.target in wanted and self.can_reread(item):
                    yield item.target, item.backwards
        for part, sequence in self.body.drawn.items():
            start = self.weaver.starts.get(sequence, 0)
            own_part = self.weaver.cotangents[sequence]
            yield part, f"reversed({own_part}{f'[{start}:]' if start else ''})"

    @cached_property
    def theirs(self) -> dict[str, tuple[str, bool]]:
        """Names whose values the user appends to a list in each turn: the list, and whether early.

        Early is before the turn gives the name a new value.
        """
        found: dict[str, tuple[str, bool]] = {}
        forward = [*self.body.forward]
        for region in self.loop.body if not self.jumps else ():
            own = isinstance(region, Append) and region.sequence in self.weaver.own_lists
            if isinstance(region, Append) and own and region.sequence not in self.weaver.outer:
                sets = [k for k, s in enumerate(forward) if region.value in bound_by([s])]
                place = next((k for k, s in enumerate(forward) if s is region.statement), None)
                if len(sets) == 1 and place is not None:
                    found[region.value] = region.sequence, place < sets[0]
        return found

    def read_from_theirs(self, name: str, left: Sequence[str], kept: Kept) -> bool:
        """Tell whether a value is in a list of the user's; the reverse reads it there then."""
        source = entry(name, kept.body)
        sequence, early = self.theirs.get(source or name, ("", False))
        if not sequence or self.weaver.items.is_fluid(source or name):
            return False
        start = self.weaver.starts.get(sequence, 0)
        part = f"[{start}:]" if start else ""
        if source is None and not early:
            kept.heads.append((name, f"reversed({sequence}{part})"))
            return True
        if source and early:
            part_before = part
        elif source and self.weaver.own_lists[sequence] == source:
            part_before = f"[{start - 1 if start > 1 else ''}:-1]"
        else:
            return False
        del kept.body[kept.place(name)]
        kept.heads.append(
            (self.own_name(name, source, left, kept), f"reversed({sequence}{part_before})")
        )
        return True

    def count_again(self, name: str, left: Sequence[str], kept: Kept) -> bool:
        """Tell whether a number is counted from a literal; a reverse in order counts it again."""
        source = entry(name, kept.body)
        start = self.weaver.counted.get(source or "")
        if start is None or source is None or not self.in_order or self.jumps:
            return False
        reread = {i.target for i in self.found if self.can_reread(i)}
        counting = step(self.loop, source, reread | (read(self.loop) - self.inside))
        if counting is None or self.own_name(name, source, left, kept) != source:
            return False
        del kept.body[kept.place(name)]
        kept.first.append(line(f"{source} = {start}"))
        kept.last.append(counting.with_changes(leading_lines=()))
        return True

    def own_name(self, name: str, source: str, left: Sequence[str], kept: Kept) -> str:
        """Return what the reverse calls the value before a turn: its own name, if that is free."""
        others = self.needed | bound_by(self.body.backward) | {*left}
        if source in others:
            return name
        kept.names[name] = source
        return source

    def is_carried(self, name: str, kept: Kept) -> bool:
        """Tell whether a value is what a turn began with, and a list of them has a plain name."""
        source = entry(name, kept.body)
        plain = f"{source}s"
        return source is not None and is_free(plain, self.weaver.names.taken)

    def keep(self, name: str, left: list[str], kept: Kept) -> None:
        """Keep the values of a name in a list, those before and after the turns in the same."""
        source = entry(name, kept.body)
        list_name = self.list_name(source or name)
        if source is None:
            kept.appended.append(name)
            kept.start(list_name)
            self.put(line(f"{list_name}.append({self.copied(name)})"), [name], kept)
            kept.heads.append((name, f"reversed({list_name})"))
        elif source in left:
            kept.start(list_name, self.copied(source))
            self.put(line(f"{list_name}.append({self.copied(source)})"), [source], kept)
            del kept.body[kept.place(name)]
            kept.heads.append((source, f"reversed({list_name}[1:])"))
            kept.heads.append((name, f"reversed({list_name}[:-1])"))
            left.remove(source)
        else:
            kept.start(list_name)
            place = kept.place(name)
            put = line(f"{list_name}.append({self.copied(source)})")
            alias = kept.body.pop(place)
            skipped = any(map(ends_turn, kept.body[:place]))  # by turns that end before
            remarks = () if skipped else alias.leading_lines
            kept.body.insert(0 if skipped else place, put.with_changes(leading_lines=remarks))
            own = self.own_name(name, source, [n for n in left if n != name], kept)
            kept.heads.append((own, f"reversed({list_name})"))

    def keep_together(self, left: Sequence[str], kept: Kept) -> None:
        """Keep the values of several names in one list."""
        list_name = self.weaver.names.new("steps", "turns", "kept")
        values = ", ".join(map(self.copied, left))
        row = f"({', '.join(left)})"
        kept.appended += left
        kept.start(list_name)
        self.put(line(f"{list_name}.append(({values}))"), left, kept)
        kept.heads.append((row if kept.heads else row[1:-1], f"reversed({list_name})"))

    def put(self, appending: Statement, names: Sequence[str], kept: Kept) -> None:
        """Keep what a turn leaves at its end, or where it is set if a turn may end in between."""
        places = [k for k, s in enumerate(kept.body) if not bound_by([s]).isdisjoint(names)]
        last = max(places, default=-1)
        early = self.jumps and last >= 0 and not any(map(ends_turn, kept.body[: last + 1]))
        if early:
            kept.body.insert(last + 1, appending)
        else:
            kept.ends.append(appending)

    def copied(self, name: str) -> str:
        """Return the text of a value that stays as it is, whatever is put into it later."""
        held = self.weaver.items.is_fluid(name) and not self.is_made_anew(name)
        return f"{name}.copy()" if held else name

    def count(self, kept: Kept) -> None:
        """Count the turns where nothing else tells how many there were, or which one it is."""
        own = {item.target for item in self.found}
        numbers = [index for index in dict.fromkeys(self.given.values()) if index not in own]
        if not self.breaks or (kept.heads and not numbers):
            return
        count = f"len({kept.lists[0]})" if kept.lists else self.counter(kept)
        kept.heads += [(index, f"reversed(range({count}))") for index in numbers]
        kept.heads += [] if kept.heads else [("_", f"range({count})")]

    def counter(self, kept: Kept) -> str:
        """Return the name of what counts the turns."""
        count = self.weaver.names.new("turns", "steps")
        kept.before.append(line(f"{count} = 0"))
        kept.ends.append(line(f"{count} += 1"))
        return count

    def list_name(self, name: str) -> str:
        """Return what to call the values of a name."""
        wanted = (f"all_{name}",) if name.endswith("s") else (f"{name}s", f"all_{name}")
        return self.weaver.names.new(*wanted, f"every_{name}")
