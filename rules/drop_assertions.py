from __future__ import annotations

import libcst as cst

from refactorer.rule import Example, Rule
from refactorer.syntax.expressions import is_call_of

Removal = cst.RemovalSentinel


class DropAssertions(Rule):
    """Drop tangent's checks of the call, which change nothing in the gradient.

    A cotangent has the shape of the output that it belongs to. So the assertion holds, and
    `match_seed` returns the cotangent unchanged. A string on a line of its own is dropped, too: it
    is the docstring of one of tangent's templates.
    """

    ABOUT = ("assert ", "tangent.match_seed(", "'", '"')
    EXAMPLES = (
        Example(
            "an assertion",
            before="""
                assert tangent.shapes_match(z, bz), 'Shape mismatch'
                bx = 2 * bz
            """,
            after="bx = 2 * bz",
        ),
        Example(
            "the default of the cotangent, with the comment above it",
            before="""
                # Reconcile the seed with the structure of the return value
                bz = tangent.match_seed(z, bz)
                # Grad of: z = 2 * x
                bx = 2 * bz
            """,
            after="""
                # Grad of: z = 2 * x
                bx = 2 * bz
            """,
        ),
        Example(
            "a docstring",
            before="""
                'Adjoint for numpy.sign'
                bx = np.zeros_like(x)
            """,
            after="bx = np.zeros_like(x)",
            shapes={"x": (3,)},
        ),
        Example.unchanged("a string that is read", "key = 'x'", dtypes={"key": "object"}),
    )

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | Removal:
        match updated_node.body:
            case [cst.Assert()] | [cst.Expr(value=cst.SimpleString())]:
                return Removal.REMOVE
            case [cst.Assign(value=value)] if is_call_of(value, "tangent.match_seed"):
                return Removal.REMOVE
        return updated_node
