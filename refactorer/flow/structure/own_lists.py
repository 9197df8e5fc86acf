"""Lists of the user's that hold what a loop leaves, each with the name of its first value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from refactorer.flow.structure.regions import Append, Listed, Loop, Suite, blocks, every, written


def own_lists(suite: Suite, returned: Collection[str]) -> dict[str, str]:
    """Return the lists that one loop alone appends to, each with the name of its first value.

    The name is "" where it may hold something else when the loop begins. A list that is `returned`
    may change outside.
    """
    appends = Counter(r.sequence for r in every(suite) if isinstance(r, Append))
    makes = Counter(r.sequence for r in every(suite) if isinstance(r, Listed))
    once = {n for n in appends if appends[n] == makes[n] == 1 and n not in returned}
    return {
        region.sequence: first_of(region, block[place + 1 :])
        for block in blocks(suite)
        for place, region in enumerate(block)
        if isinstance(region, Listed) and region.sequence in once
    }


def first_of(listed: Listed, later: Suite) -> str:
    """Return the name that still holds the last of the first values when the loop begins."""
    name = listed.items[-1] if listed.items else ""
    for region in later:
        if any(isinstance(r, Append) and r.sequence == listed.sequence for r in every((region,))):
            return name if isinstance(region, Loop) else ""
        if name in written(region):
            return ""
    return ""
