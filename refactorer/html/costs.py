"""What the code costs beside others, as a table: array operations, bytes, time."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

ORDER = {"tangent": "tangent’s text", "refactor-grad": "this code", "autograd": "autograd"}


def cost_section(costs: Mapping[str, Any]) -> str:
    """Return the section of the page; nothing where nothing was measured."""
    if not costs:
        return ""
    by_name = {cost["name"]: cost for cost in costs["costs"]}
    most = max(cost["seconds"] for cost in by_name.values())
    rows = "".join(
        priced(title, by_name[name], most) for name, title in ORDER.items() if name in by_name
    )
    sizes = ", ".join(f"{name} = {size:,}" for name, size in costs["sizes"].items())
    at = f" at {escape(sizes)}" if sizes else ""
    return (
        '<section class="sheet" id="costs" aria-labelledby="what">'
        f'<div class="head"><h2 id="what">What it costs</h2><small>value and gradient{at}</small>'
        '</div><div class="wide"><table class="prices"><thead><tr><td></td>'
        '<th scope="col">array operations</th><th scope="col">bytes held at most</th>'
        f'<th scope="col" class="time">time</th></tr></thead><tbody>{rows}</tbody></table></div>'
        "</section>"
    )


def priced(title: str, cost: Mapping[str, Any], most: float) -> str:
    """Return the row of one way, with a bar as long as it takes."""
    share = 100 * cost["seconds"] / most
    ours = ' class="ours"' if cost["name"] == "refactor-grad" else ""
    done = "–" if cost["operations"] is None else f"{cost['operations']}"
    return (
        f'<tr{ours}><th scope="row">{title}</th><td>{done}</td>'
        f"<td>{readable_bytes(cost['bytes'])}</td>"
        f'<td class="time"><i style="width:{share:.0f}%"></i>{duration(cost["seconds"])}</td></tr>'
    )


def readable_bytes(count: int) -> str:
    """Return bytes as people read them."""
    for unit, one in (("MB", 1e6), ("kB", 1e3)):
        if count >= one:
            return f"{count / one:.3g} {unit}"
    return f"{count} B"


def duration(seconds: float) -> str:
    """Return seconds as people read them."""
    for unit, one in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= one:
            return f"{seconds / one:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} µs"
