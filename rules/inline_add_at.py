from __future__ import annotations

from dataclasses import replace

import libcst as cst

from refactorer.adjoint import Adjoint, text_of
from refactorer.backward.scatter import Scatter
from refactorer.rule import Example, Rule


class InlineAddAt(Rule):
    """Put the cotangent of an indexed value into an array of zeros of its own, at that index.

    z = x[i] copies elements, so x̄ is zero except at i, where it is z̄, added once for each time
    that i reads the element. An index that may repeat needs `np.add.at`; for one that cannot, a
    plain assignment does. tangent adds in place to the array it has, which may have another name.
    """

    EXAMPLES = (
        Example(
            "a slice reads each element once",
            before="""
                bx = tangent.init_grad(x)
                bx = tangent.add_grad_at_index(bx, slice(1, None, None), bz)
            """,
            after="""
                bx = np.zeros_like(x)
                bx[1:] = bz
            """,
            shapes={"x": (3,), "bz": (2,)},
        ),
        Example(
            "two reads share an array",
            before="""
                bx = tangent.init_grad(x)
                # Grad of: z = x[0]
                bx = tangent.add_grad_at_index(bx, 0, bz)
                # Grad of: y = x[1]
                bx = tangent.add_grad_at_index(bx, 1, by)
            """,
            after="""
                bx = np.zeros_like(x)
                # Grad of: z = x[0]
                bx[0] = bz
                # Grad of: y = x[1]
                bx[1] = by
            """,
            shapes={"x": (3,)},
        ),
        Example(
            "slices of which one ends where the other begins, or before",
            forward="n = np.shape(y)[0]\nv1 = 2 * n\nv2 = 2 * n",
            before="""
                bx = tangent.init_grad(x)
                bx = tangent.add_grad_at_index(bx, slice(v1, None, None), by)
                bx = tangent.add_grad_at_index(bx, slice(n, v2, None), bz)
                bx = tangent.add_grad_at_index(bx, slice(None, n, None), bz)
            """,
            after="""
                bx = np.zeros_like(x)
                bx[v1:] = by
                bx[n:v2] = bz
                bx[:n] = bz
            """,
            shapes={"x": (6,), "y": (2,), "by": (2,), "bz": (2,)},
            dtypes={"n": "int64", "v1": "int64", "v2": "int64"},
        ),
        Example(
            "an array of integers may read an element twice",
            before="""
                bx = tangent.init_grad(x)
                bx = tangent.add_grad_at_index(bx, i, bz)
            """,
            after="""
                bx = np.zeros_like(x)
                np.add.at(bx, i, bz)
            """,
            shapes={"x": (3,), "i": (2,), "bz": (2,)},
            dtypes={"i": "int64"},
        ),
        Example(
            "whole axes at the end need not be said",
            before="""
                bx = tangent.init_grad(x)
                bx = tangent.add_grad_at_index(bx, (i, slice(None, None, None)), bz)
                bx = tangent.add_grad_at_index(bx, (slice(None, 1, None), i), by)
            """,
            after="""
                bx = np.zeros_like(x)
                np.add.at(bx, i, bz)
                np.add.at(bx, (slice(1), i), by)
            """,
            shapes={"x": (3, 2), "i": (2,), "bz": (2, 2), "by": (1, 2)},
            dtypes={"i": "int64"},
        ),
        Example(
            "two columns",
            before="""
                bx = tangent.init_grad(x)
                bx = tangent.add_grad_at_index(bx, (slice(None, None, None), 0), bz)
                bx = tangent.add_grad_at_index(bx, (slice(None, None, None), 1), by)
                bx = tangent.add_grad_at_index(bx, 1, bw)
            """,
            after="""
                bx = np.zeros_like(x)
                bx[:, 0] = bz
                bx[:, 1] = by
                bx[1] += bw
            """,
            shapes={"x": (3, 2), "bz": (3,), "by": (3,), "bw": (2,)},
        ),
        Example(
            "one place in each row is read once",
            forward="rows = np.arange(2)",
            before="""
                bx = tangent.init_grad(x)
                bx = tangent.add_grad_at_index(bx, (rows, i), bz)
            """,
            after="""
                bx = np.zeros_like(x)
                bx[rows, i] = bz
            """,
            shapes={"x": (2, 3), "i": (2,), "rows": (2,), "bz": (2,)},
            dtypes={"i": "int64", "rows": "int64"},
        ),
        Example(
            "the places of a range",
            forward="rows = range(2)",
            before="bx = tangent.add_grad_at_index(np.zeros_like(x), (rows, i), bz)",
            after="""
                bx = np.zeros_like(x)
                bx[rows, i] = bz
            """,
            shapes={"x": (2, 3), "i": (2,), "rows": (), "bz": (2,)},
            dtypes={"i": "int64", "rows": "object"},
        ),
        Example(
            "what was put in order, each element once",
            before="bx = tangent.add_grad_at_index(np.zeros_like(x), np.argsort(x), bz)",
            after="""
                bx = np.zeros_like(x)
                bx[np.argsort(x)] = bz
            """,
            shapes={"x": (3,), "bz": (3,)},
        ),
        Example(
            "an array that holds another value already is left as it is",
            before="""
                bx = by
                bx = tangent.add_grad_at_index(bx, 0, bz)
            """,
            after="""
                bx = by
                _bx = np.zeros_like(x)
                _bx[0] = bz
                bx = tangent.add_grad(bx, _bx)
            """,
            shapes={"x": (3,), "by": (3,), "bx": (3,)},
        ),
        Example(
            "a slice that turns whole axes reads all there is",
            before="""
                bx = tangent.init_grad(x)
                bx = tangent.add_grad_at_index(bx, slice(None, None, -1), by)
            """,
            after="""
                bx = by[::-1]
            """,
            shapes={"x": (3,), "by": (3,), "bx": (3,)},
        ),
        Example.unchanged(
            "the cotangent of a tuple", "bt = tangent.init_grad(t)", dtypes={"t": "object"}
        ),
    )

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        if "tangent.add_grad_at_index" not in text_of(adjoint.backward):
            return adjoint
        scatter = Scatter(adjoint)
        return replace(adjoint, backward=cst.Module(scatter.run()), shapes=scatter.shapes)
