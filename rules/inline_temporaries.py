from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from itertools import accumulate

from refactorer.adjoint import Adjoint
from refactorer.backward.inlining import InliningBlock
from refactorer.rule import Example, Rule
from refactorer.syntax.dataflow import bound
from refactorer.syntax.renaming import replaced_text

WIDEST = 80
DEEPEST = 40  # that parentheses are nested: the time to parse them grows with the square


class InlineTemporaries(Rule):
    """Write a value where it is read, if it is read once.

    A name that is read once says nothing that its value does not. The values have no side effects,
    so they may be computed later; one that is changed in place stays where it is. A cotangent keeps
    its name if the statement that reads it would grow past a line.
    """

    EXAMPLES = (
        Example(
            "a value that is read once",
            before="""
                # Grad of: v = x + y
                bv = bz * z
                # Grad of: x = w * w
                bx = bv * y
            """,
            after="""
                # Grad of: x = w * w
                bx = bz * z * y
            """,
            gradients=("bx",),
        ),
        Example(
            "a sum that grows",
            before="""
                _bx = bz * y
                bx = _bx
                _bx2 = bw * y
                bx = tangent.add_grad(bx, _bx2)
            """,
            after="bx = tangent.add_grad(bz * y, bw * y)",
            gradients=("bx",),
        ),
        Example(
            "another name for a value",
            before="""
                bv = bz
                bx = np.sum(bv) + np.max(bv)
            """,
            after="bx = np.sum(bz) + np.max(bz)",
            shapes={"bz": (3,)},
            gradients=("bx",),
        ),
        Example.unchanged(
            "what is joined keeps its names unless all of it fits",
            """
                bu = bz * np.cos(x) * np.exp(y) * np.sin(x) * np.tanh(y)
                bv = bz * np.cos(y) * np.exp(x) * np.sin(y) * np.tanh(x)
                bx = np.concatenate([bu, bv])
            """,
            shapes={"x": (3,), "y": (3,), "bz": (3,), "bx": (6,)},
            gradients=("bx",),
        ),
        Example.unchanged(
            "what is read twice is computed once",
            """
                bv = bz * y
                bx = bv + bv
            """,
            gradients=("bx",),
        ),
        Example.unchanged(
            "a name that is bound again holds another value",
            """
                v = x * y
                x = 2 * y
                bx = v + x * x
            """,
            gradients=("bx",),
        ),
        Example.unchanged(
            "an array that is changed",
            """
                bx = np.zeros_like(x)
                bx[1:] = bz
                by = bx * x
            """,
            shapes={"x": (3,), "bz": (2,), "by": (3,)},
            gradients=("by",),
        ),
        Example.unchanged("a gradient", "bx = bz * y", gradients=("bx",)),
    )

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        block, texts = InliningBlock(adjoint), dict[str, str]()
        for i in block.positions():
            if block.is_alias(i) or (block.is_temporary(i) and fits(block, i)):
                texts[block.name(i)] = block.text(i)
                block.move(i)
        return replace(block.inlined(), inlined={**adjoint.inlined, **cotangents(adjoint, texts)})


def cotangents(adjoint: Adjoint, texts: Mapping[str, str]) -> dict[str, str]:
    """Return those of the names, with their texts, that are bound once, and cotangents."""
    times = Counter(map(bound, adjoint.backward.body))
    own = (name for name in texts if times[name] == 1 and name in adjoint.cotangents)
    return {name: texts[name] for name in own}


def fits(block: InliningBlock, i: int) -> bool:
    """Tell whether the reader of statement i stays within a line, or is the sum that it is for.

    What is joined in a list is written there only if all of the list is.
    """
    (reader,) = block.readers(i)
    name = block.name(i)
    if name.startswith("_") or name == block.names[reader]:
        return depth(block.text(i)) + depth(block.texts[reader]) <= DEEPEST
    joined = joined_with(block, name, reader)
    bindings = block.positions() if joined else []
    others = [j for j in bindings if block.name(j) in joined and block.is_temporary(j)]
    values = {block.name(j): block.text(j) for j in (i, *others)}
    return len(replaced_text(block.texts[reader], values)) <= WIDEST


def depth(text: str) -> int:
    """Return how deep the parentheses of a text are nested."""
    steps = (1 if mark == "(" else -1 for mark in re.findall("[()]", text))
    return max(accumulate(steps), default=0)


def joined_with(block: InliningBlock, name: str, reader: int) -> frozenset[str]:
    """Return the names in a list that a name stands in, where a statement reads it."""
    text = block.texts[reader]
    tree = ast.parse(text if "[" in text else "")
    lists = (node for node in ast.walk(tree) if isinstance(node, ast.List))
    names = [{n.id for n in joined.elts if isinstance(n, ast.Name)} for joined in lists]
    return frozenset().union(*(found for found in names if name in found))
