"""Texts of options as plain data; a malformed one raises Usage."""

from __future__ import annotations

import re
from collections.abc import Iterable

from refactorer.errors import Usage
from refactorer.request import file_and_name

FACTOR = r"(?:[^\W\d]\w*|[1-9][0-9]*)"
SIZE = re.compile(rf"{FACTOR}(?:\s*[*+-]\s*{FACTOR})*")


def against(code: str, gradient: str) -> dict[str, str]:
    """Return the code to be judged, as a request takes it."""
    for text in filter(None, (code, gradient)):
        file_and_name(text)
    return {"against": code, "against_grad": gradient}


def names(text: str, option: str = "--wrt") -> tuple[str, ...]:
    """Return the names or positions of "X,Y"; nothing for an empty text."""
    if not text:
        return ()
    found = tuple(part.strip() for part in text.split(","))
    if not all(found):
        raise Usage(f"{option} '{text}' has an empty name", f"Write {option} X,Y")
    return found


def naming(text: str) -> str:
    """Return what the printed function is to be called; "{}" stands for the function's name."""
    if text and not text.replace("{}", "f").isidentifier():
        raise Usage(f"--name '{text}' is no name", "Write --name NAME, or --name '{}_vjp'")
    return text


def shapes(texts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return {"X": ("n", "d")} for "X=n,d"; "a=" is a scalar."""
    return {name: sizes(name, text) for name, text in settings("--shape", "X=n,d", texts).items()}


def sizes(name: str, text: str) -> tuple[str, ...]:
    """Return the sizes of "n,4*o": names, positive integers, their products, and sums."""
    found = tuple(re.sub(r"\s", "", part) for part in text.split(",")) if text.strip() else ()
    for size in found:
        if not SIZE.fullmatch(size):
            raise Usage(
                f"--shape {name}: '{size}' is no size",
                "A size is a name, a positive integer, a product or a sum, as in X=n,4*d,k+1",
            )
    return found


def values(texts: Iterable[str]) -> dict[str, str]:
    """Return {"y": "np.arange(n) % k"} for "y=np.arange(n) % k"."""
    found = settings("--at", "'X=EXPRESSION'", texts)
    for name, text in found.items():
        if not is_expression(text):
            raise Usage(f"--at {name}: '{text}' is no expression")
    return found


def is_expression(text: str) -> bool:
    """Tell whether Python takes a text as an expression."""
    try:
        compile(text, "--at", "eval")
    except (SyntaxError, ValueError):  # ValueError: a null byte, before Python 3.12
        return False
    return True


def settings(option: str, form: str, texts: Iterable[str]) -> dict[str, str]:
    """Return {"X": "..."} for "X=...", which is said once for each name."""
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not name.isidentifier():
            raise Usage(f"{option} '{text}' is malformed", f"Write {option} {form}")
        if name in found:
            raise Usage(f"{option} is given twice for {name}")
        found[name] = value
    return found
