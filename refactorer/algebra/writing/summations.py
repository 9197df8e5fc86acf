"""The text of sums over labels, given the text of what is summed."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_lowercase

from refactorer.algebra.index_notation.elementwise import Indicator
from refactorer.algebra.index_notation.nodes import Ref
from refactorer.algebra.index_notation.reductions import Averaged, Einsum, Reduced
from refactorer.algebra.normal_form.layouts import Layout, long, stripped
from refactorer.algebra.writing.text import ATOM, MULTIPLY, NEGATE, Text

LETTERS = ascii_lowercase[8:]  # i, j, k, as on paper
TURNED = 10  # views that a product in the wrong orientation counts for


def reduced(node: Reduced, array: Text, frame: Layout, last: str = "") -> Text:
    """np.sum(a, axis=...), with keepdims where that spares a view.

    `last` is how the last axis is spelled, if not by its number.
    """
    kept = tuple(None if label in node.bound else label for label in array.layout)
    layout = tuple(label for label in array.layout if label not in node.bound)
    arguments = list[str]()
    if node.labels:
        axes = [i for i, label in enumerate(array.layout) if label in node.bound]
        axis = last if last and axes == [len(array.layout) - 1] else str(axes[0])
        arguments.append(f"axis={axis if len(axes) == 1 else tuple(axes)}")
        wanted = stripped(tuple(label if label in kept else None for label in frame))
        if wanted == stripped(kept) != layout:
            arguments.append("keepdims=True")
            layout = kept
    else:
        layout = ()
    summed = node.operands[0]
    if isinstance(summed, Indicator) and summed.is_cast:
        arguments.append(f"dtype={summed.like}.dtype")
        summed = summed.condition
    function = "mean" if isinstance(node, Averaged) else "sum"
    if isinstance(summed, Ref) and array.level == ATOM:
        text = f"{array.text}.{function}({', '.join(arguments)})"
    else:
        text = f"np.{function}({', '.join([array.text, *arguments])})"
    return Text(text, ATOM, layout, array.views)


def matmul(left: Text, right: Text, frame: Layout) -> Text:
    """left @ right; in another orientation than the frame's it counts for many views."""
    label = left.layout[-1]
    both = dict.fromkeys((*left.layout, *right.layout))
    layout = tuple(x for x in both if x != label)
    wanted = tuple(x for x in frame if x in layout)
    turned = wanted not in ((), layout)
    text = f"{left.at(MULTIPLY)} @ {right.at(NEGATE)}"
    return Text(text, MULTIPLY, layout, left.views + right.views + TURNED * turned)


def trace(array: Text) -> Text:
    return Text(f"np.trace({array.text})")


def inner(left: Text, right: Text) -> Text:
    return Text(f"np.vdot({left.text}, {right.text})")


def einsum(node: Einsum, arrays: Sequence[Text], frame: Layout) -> Text:
    orders = [long(array.layout) for array in arrays]
    labels = dict.fromkeys(label for order in orders for label in order)
    letters = dict(zip(labels, LETTERS, strict=False))
    result = tuple(label for label in long(frame) if label in node.labels)
    inputs = ",".join("".join(letters[label] for label in order) for order in orders)
    output = "".join(letters[label] for label in result)
    texts = ", ".join(array.text for array in arrays)
    return Text(f'np.einsum("{inputs}->{output}", {texts})', ATOM, result)
