"""Writes a cast where `x /= a` rounds to the dtype of x, since x = x / a would not."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

import numpy as np

from refactorer.execution.evaluation import Arguments, fresh, leaves, quiet
from refactorer.printing.splices import Splice, spliced
from refactorer.reading.source import Source
from refactorer.reading.target import Target

LOOSE = (ast.BinOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Lambda, ast.UnaryOp)


def narrowed(target: Target, namespace: Mapping[str, object], runs: Sequence[Arguments]) -> Target:
    """Return a target in which a line rounds by `astype` where it would not without `/=`.

    `runs` are arguments in float32.
    """
    source = Source(target.source)
    augmented = [
        node
        for node in ast.walk(ast.parse(source.text))
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)
    ]
    kinds = partial(dtypes, target.name, namespace, runs)
    as_it_is = kinds(source.text) if augmented else []
    wide = [n for n in augmented if kinds(with_line(source, n, plain)) != as_it_is]
    if not wide:
        return target
    text = spliced(source.text, [Splice(source.span(n), cast(source, n)) for n in wide])
    return replace(target, source=text)


def dtypes(
    name: str, namespace: Mapping[str, object], runs: Sequence[Arguments], text: str
) -> list[object]:
    """Return the dtypes of what a function of some text returns, where it runs."""
    own = dict(namespace)
    exec(compile(text, "<narrowed>", "exec"), own)
    function = own[name]
    assert callable(function)
    found: list[object] = []
    with quiet():
        for given in runs:
            with suppress(Exception):  # the user's own, at these values
                found += [np.asarray(leaf).dtype for leaf in leaves(fresh(function)(given))]
    return found


def with_line(
    source: Source, node: ast.AugAssign, way: Callable[[Source, ast.AugAssign], str]
) -> str:
    """Return a text in which one line is written in another way."""
    return spliced(source.text, [Splice(source.span(node), way(source, node))])


def plain(source: Source, node: ast.AugAssign) -> str:
    """Return `x = x / a` for `x /= a`."""
    return f"{source.segment(node.target)} = {result(source, node)}"


def cast(source: Source, node: ast.AugAssign) -> str:
    """Return `x = (x / a).astype(x.dtype)` for `x /= a`."""
    name = source.segment(node.target)
    return f"{name} = ({result(source, node)}).astype({name}.dtype)"


def result(source: Source, node: ast.AugAssign) -> str:
    """Return `x / a` for `x /= a`."""
    text = source.text[source.span(node.target).end : source.span(node).end]
    sign, _, _ = text.partition("=")
    operand = source.segment(node.value)
    grouped = f"({operand})" if isinstance(node.value, LOOSE) else operand
    return f"{source.segment(node.target)} {sign.strip()} {grouped}"
