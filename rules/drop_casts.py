from __future__ import annotations

import libcst as cst

from refactorer.rule import Example, Rule
from refactorer.syntax.expressions import is_call_of, operands


class DropCasts(Rule):
    """Drop casts and copies: they do not change the value of a cotangent.

    A cotangent is made of floats, whatever the dtype of its argument: a cast to a dtype of floats
    keeps its value, and one to integers would cut it off. A copy is needed only of an array that is
    changed later, and at this point none is.
    """

    ABOUT = ("tangent.astype(", "tangent.copy(")
    EXAMPLES = (
        Example(
            "a cast",
            before="bx = tangent.astype(tangent.unreduce(bz, np.shape(x), None, False), x)",
            after="bx = tangent.unreduce(bz, np.shape(x), None, False)",
            shapes={"x": (3,)},
        ),
        Example("a copy", before="bx = tangent.copy(bz)", after="bx = bz"),
        Example.unchanged(
            "a cast of the user's", "mask = (x > 0).astype(float)", shapes={"x": (3,)}
        ),
    )

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        if is_call_of(updated_node, "tangent.astype", "tangent.copy"):
            return operands(updated_node)[0]
        return updated_node
