from __future__ import annotations

import libcst as cst

from refactorer.rule import Example, Rule
from refactorer.syntax.axes import put_back
from refactorer.syntax.expressions import is_call_of, is_literal, literal, operands, quote


class InlineUnreduce(Rule):
    """Undo a reduction in plain NumPy: y = Σ x gives every element of x the cotangent of its sum.

    The axes that the sum removed are put back with size one, and the cotangent is broadcast to the
    shape of x. Leading axes need not be put back: broadcasting adds them.
    """

    ABOUT = ("tangent.unreduce(",)
    EXAMPLES = (
        Example(
            "a full sum",
            before="bx = tangent.unreduce(bz, np.shape(x), None, False)",
            after="bx = np.broadcast_to(bz, np.shape(x))",
            shapes={"x": (2, 3)},
        ),
        Example(
            "an axis",
            before="bx = tangent.unreduce(bz, np.shape(x), 1, False)",
            after="bx = np.broadcast_to(bz[:, None], np.shape(x))",
            shapes={"x": (2, 3), "bz": (2,)},
        ),
        Example(
            "an axis that was kept",
            before="bx = tangent.unreduce(bz / n, np.shape(x), 1, True)",
            after="bx = np.broadcast_to(bz / n, np.shape(x))",
            shapes={"x": (2, 3), "bz": (2, 1)},
        ),
        Example(
            "the first axis",
            before="bx = tangent.unreduce(bz, np.shape(x), 0, False)",
            after="bx = np.broadcast_to(bz, np.shape(x))",
            shapes={"x": (2, 3), "bz": (3,)},
        ),
        Example(
            "an axis counted from the end",
            before="bx = tangent.unreduce(bz / n, np.shape(x), -1, False)",
            after="bx = np.broadcast_to((bz / n)[..., None], np.shape(x))",
            shapes={"x": (2, 3), "bz": (2,)},
        ),
        Example(
            "several axes",
            before="bx = tangent.unreduce(bz, np.shape(x), (0, 2), False)",
            after="bx = np.broadcast_to(bz[:, None], np.shape(x))",
            shapes={"x": (2, 3, 5), "bz": (3,)},
        ),
        Example(
            "nothing was summed",
            before="bx = tangent.unreduce(bz, np.shape(x), None, False)",
            after="bx = bz",
        ),
        Example(
            "an axis that only the run tells, and that was kept",
            before="bx = tangent.unreduce(bz, np.shape(x), axis, True)",
            after="bx = np.broadcast_to(bz, np.shape(x))",
            shapes={"x": (2, 3), "bz": (2, 1)},
            dtypes={"axis": "int64"},
        ),
        Example.unchanged(
            "axes that only the run tells",
            "bx = tangent.unreduce(bz, np.shape(x), axis, False)",
            shapes={"x": (2, 3), "bz": (2,)},
            dtypes={"axis": "int64"},
        ),
    )

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        if not is_call_of(updated_node, "tangent.unreduce"):
            return updated_node
        g, shape, axis, kept = operands(updated_node)
        target = self.value(shape)
        if target is None or not is_literal(kept) or not (is_literal(axis) or literal(kept)):
            return updated_node
        if self.shape(g) == target:
            return g
        axes = None if literal(kept) else literal(axis)
        if axes is not None:
            index = put_back(axes if isinstance(axes, tuple) else (axes,), len(target))
            g = quote(f"{{g}}{index}", g=g)
        return quote("np.broadcast_to({g}, {shape})", g=g, shape=shape)

    def value(self, shape: cst.BaseExpression) -> tuple[int, ...] | None:
        """Return the shape that an expression such as `np.shape(x)` says."""
        return self.shape(quote("np.ones({shape})", shape=shape))
