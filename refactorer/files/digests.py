"""Digests of code, which do not depend on its layout."""

from __future__ import annotations

import ast
import tokenize
from collections.abc import Iterator
from hashlib import sha256
from io import StringIO

from refactorer.reading.source import tree

LENGTH = 12  # hexadecimal digits


def digest(text: str) -> str:
    """Return a digest of a text, short enough for a comment."""
    return sha256(text.encode()).hexdigest()[:LENGTH]


def content(code: str) -> str:
    """Return what code says, with its comments and without its layout."""
    try:
        return "".join(
            [ast.unparse(tree(code)), *(text.lstrip("# ") for _, text in comments(code))]
        )
    except (SyntaxError, ValueError, tokenize.TokenError):  # half a block, say
        return code


def comments(text: str) -> Iterator[tuple[int, str]]:
    """Yield the comments of a text, with their lines."""
    for token in tokenize.generate_tokens(StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
