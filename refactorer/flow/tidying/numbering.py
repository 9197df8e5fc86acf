"""Numbers behind made-up names: none where the plain name is free, else in the text's order."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from refactorer.printing.names.naming import free
from refactorer.syntax.expressions import code
from refactorer.syntax.suites import Statement

NUMBERED = re.compile(r"(?P<stem>.*?)(?:_(?:[2-9]|[1-9]\d+))*(?P<end>s?)")


def renumbered(
    statements: Sequence[Statement],
    made: Collection[str],
    taken: Collection[str],
    turning: Collection[str],
) -> dict[str, str]:
    """Return other names for those that were made up; `taken` are those of everything else.

    What each turn of a loop sets, as `turning` do, may be called by it: d_b_t.
    """
    groups: dict[str, list[str]] = {}
    text = "".join(map(code, statements))
    for name in dict.fromkeys(re.findall(r"\b[^\W\d]\w*", text)):
        if name in made:
            groups.setdefault(plain(name), []).append(name)
    found: dict[str, str] = {}
    used = {*taken, *(n for group in groups.values() for n in group if plain(n) == n)}
    for stem, group in groups.items():
        if any(name != stem for name in group):
            used -= {*group} - {*found.values()}
            for name in group:
                own = [stem, f"{stem}_t"] if name in turning else [stem]
                found[name] = free(own, used)
                used.add(found[name])
    return {old: new for old, new in found.items() if old != new}


def plain(name: str) -> str:
    """Return a name without its numbers: `diff_2_2` is diff, a list `diff_2s` is diffs."""
    match = NUMBERED.fullmatch(name.replace("_kept", "_before"))
    assert match is not None
    return f"{match['stem']}{match['end']}"
