"""Suggests a known name for a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def meant(name: str, names: Iterable[str]) -> str:
    """Return the question whether the nearest of some names was meant, "" if none is near."""
    close = get_close_matches(name, [*names], n=1)
    return f"Did you mean `{close[0]}`?" if close else ""
