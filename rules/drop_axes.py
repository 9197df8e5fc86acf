from __future__ import annotations

import ast

import libcst as cst

from refactorer.rule import Example, Rule
from refactorer.syntax.expressions import (
    code,
    is_call_of,
    is_literal,
    keyword,
    literal,
    operands,
    quote,
)

Expression = cst.BaseExpression


class DropAxes(Rule):
    """Drop an axis of size one that is added and removed again.

    `[:, 0]` undoes `[:, None]`, and both undo `keepdims=True`: a sum that keeps its axis, read
    without it, is the sum that does not keep it.
    """

    ABOUT = ("[",)
    EXAMPLES = (
        Example(
            "taken out and put in",
            before="bx = bv[:, 0][:, None] * x",
            after="bx = bv * x",
            shapes={"bv": (2, 1), "x": (2, 3)},
        ),
        Example("put in and taken out", "bx = bv[:, None][:, 0]", "bx = bv", shapes={"bv": (2,)}),
        Example(
            "kept and taken out",
            before="bv = np.sum(bz * y, axis=1, keepdims=True)[:, 0]",
            after="bv = np.sum(bz * y, axis=1)",
            shapes={"bz": (2, 3), "y": (2, 3)},
        ),
        Example(
            "a minus between",
            before="bv = (-np.sum(bz, axis=-1, keepdims=True))[..., 0]",
            after="bv = -np.sum(bz, axis=-1)",
            shapes={"bz": (2, 3)},
        ),
        Example.unchanged("the first of several", "bx = bv[:, 0][:, None]", shapes={"bv": (2, 3)}),
        Example.unchanged(
            "another axis",
            "bv = np.sum(bz, axis=1, keepdims=True)[0]",
            shapes={"bz": (2, 3)},
        ),
    )

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> Expression:
        index = places(updated_node)
        put = (
            self.without(updated_node.value, index)
            if set(index) <= {":", "0", "None", "..."}
            else None
        )
        return updated_node if put is None else put

    def without(self, value: Expression, index: list[str]) -> Expression | None:
        """Return `value[index]` without an axis that comes and goes, or None where none does."""
        match value:
            case cst.Subscript(value=base) if places(value) == [OTHER.get(p, p) for p in index]:
                comes_back = self.shape(base) == self.shape(
                    quote(f"{{v}}[{', '.join(index)}]", v=value)
                )
                return base if comes_back else None
            case cst.UnaryOperation(operator=cst.Minus(), expression=operand):
                put = self.without(operand, index)
                return None if put is None else quote("-{put}", put=put)
            case cst.Call():
                return self.summed(value, index)
        return None

    def summed(self, call: cst.Call, index: list[str]) -> Expression | None:
        """Return a sum that keeps its axis as one that does not, if the index takes that out."""
        axis, kept = keyword(call, "axis"), keyword(call, "keepdims")
        if not is_call_of(call, "np.sum") or axis is None or kept is None or not is_literal(axis):
            return None
        rank = len(self.shape(call) or ())
        full = index if "..." in index else [*index, *[":"] * (rank - len(index))]
        wide = [
            p
            for part in full
            for p in ([":"] * (rank - len(full) + 1) if part == "..." else [part])
        ]
        taken = [i for i, part in enumerate(wide) if part == "0"]
        axes = literal(axis) if isinstance(literal(axis), tuple) else (literal(axis),)
        if taken != sorted(a % rank for a in axes) or "None" in wide:
            return None
        return quote(f"np.sum({{x}}, axis={code(axis)})", x=operands(call)[0])


OTHER = {"0": "None", "None": "0"}


def places(node: cst.Subscript) -> list[str]:
    """Return the parts of an index, one for each comma."""
    tree = ast.parse(code(node), mode="eval").body
    assert isinstance(tree, ast.Subscript)
    parts = tree.slice.elts if isinstance(tree.slice, ast.Tuple) else [tree.slice]
    return [ast.unparse(part) for part in parts]
