"""The primal: the user's function in the dialect, and the way from its names back to the user's."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

import numpy as np
import pytest
from primals import file_of, primal

from refactorer.errors import Usage
from refactorer.primal.normalise import Primal
from refactorer.primal.signature import resolved
from refactorer.primal.surroundings import surroundings
from refactorer.reading.target import find


@dataclass(frozen=True)
class Example:
    """A file with a function `f`, and its code; both are also run.

    `arguments` are values, or shapes of arrays to draw; the rest are arrays of shape (3, 4).
    """

    id: str
    file: str
    code: str
    arguments: dict[str, Any] = field(default_factory=dict)

    def draw(self, primal: Primal) -> dict[str, Any]:
        """Return arguments in the user's names."""
        rng = np.random.default_rng(0)
        drawn = {}
        for parameter in primal.target.parameters:
            if parameter.default is None:
                given = self.arguments.get(parameter.name, (3, 4))
                is_shape = isinstance(given, tuple)
                drawn[parameter.name] = rng.uniform(1, 2, given) if is_shape else given
        return drawn


def body(name: str, body: str, code: str, **arguments: Any) -> Example:
    """An example whose file is `import numpy as np` and `f`; its body and its code are given."""
    names, *ours = dedent(code).strip().split("\n")
    said = "\n".join([f"def f({names}):", *(f"    {x}" for x in ours)])
    return Example(name, file_of(body), said + "\n", arguments)


ONE_OPERATION_A_LINE = (
    body(
        "an expression becomes a line for each operation",
        """
        X, Y
        xnorm = np.sqrt(np.sum(X*X))
        return 1 - np.sum(X * Y) / xnorm
        """,
        """
        X, Y
        v1 = X * X
        v2 = np.sum(v1)
        xnorm = np.sqrt(v2)
        v3 = X * Y
        v4 = np.sum(v3)
        v5 = v4 / xnorm
        v6 = 1 - v5
        return v6
        """,
    ),
    body(
        "a name that is returned is the output",
        """
        X
        loss = np.sum(X)
        return loss
        """,
        """
        X
        loss = np.sum(X)
        return loss
        """,
    ),
    body(
        "another name for a value makes no line",
        """
        X
        Z = X
        a = b = Z * Z
        return a + b + +Z
        """,
        """
        X
        a = X * X
        v1 = a + a
        v2 = v1 + X
        return v2
        """,
    ),
    body("a parameter may be the output", "X\nreturn X", "X\nreturn X"),
    body(
        "negative numbers are literals, other signs are operations",
        "X\nreturn -(X * -2) * -1.5",
        """
        X
        v1 = X * -2
        v2 = -v1
        v3 = v2 * -1.5
        return v3
        """,
    ),
    body(
        "docstrings, comments, annotations, assertions and prints are no operations",
        '''
        X
        """Doc."""
        # why
        Z: np.ndarray = X * 2  # twice
        scale: float
        assert Z.ndim == 2, f"{Z.shape}"
        print("Z", Z)
        pass
        return Z
        ''',
        """
        X
        Z = X * 2
        return Z
        """,
    ),
    body(
        "what only says, and blocks that only say how, are read through",
        """
        X
        X.shape
        logging.debug("slow")
        np.testing.assert_allclose(X, X)
        with np.errstate(divide="ignore"):
            Z = np.log(X)
        return Z
        """,
        """
        X
        Z = np.log(X)
        return Z
        """,
    ),
    body(
        "what has no gradient is kept as it is",
        """
        X, k=2, flag=True
        wide = flag and X.shape[1] > k
        return X * wide
        """,
        """
        X, k=2, flag=True
        wide = flag and np.shape(X)[1] > k
        v1 = X * wide
        return v1
        """,
    ),
    body(
        "a starred target takes the rest",
        """
        X
        n, *rest = X.shape
        a, *both = X, n, X * 2
        return a / both[0] + both[1] * rest[0]
        """,
        """
        X
        n_2 = np.shape(X)[0]
        rest = np.shape(X)[1:]
        v1 = X * 2
        v2 = X / n_2
        v3 = rest[0]
        v4 = v1 * v3
        v5 = v2 + v4
        return v5
        """,
    ),
    body(
        "what the output does not depend on is left out",
        """
        X
        unused = np.exp(X)
        n, d = X.shape
        return X / n
        """,
        """
        X
        n_2 = np.shape(X)[0]
        v1 = X / n_2
        return v1
        """,
    ),
)

ASSIGNMENTS = (
    body(
        "a name that is set again gets a version",
        """
        X
        Z = X * 2
        Z = Z - 1
        Z = Z / Z
        return Z
        """,
        """
        X
        Z = X * 2
        Z_2 = Z - 1
        Z_3 = Z_2 / Z_2
        return Z_3
        """,
    ),
    body(
        "a parameter that is set again gets one too",
        "X, h\nX = X + 1e-8\nh = h[0]\nreturn X * h",
        """
        X, h
        X_2 = X + 1e-08
        h_2 = h[0]
        v1 = X_2 * h_2
        return v1
        """,
    ),
    body(
        "augmented assignments",
        """
        X
        Z = X * 2
        Z += X
        Z **= 2
        Z @= X
        return Z
        """,
        """
        X
        Z = X * 2
        Z_2 = Z + X
        Z_3 = Z_2 ** 2
        Z_4 = Z_3 @ X
        return Z_4
        """,
        X=(3, 3),
    ),
    body(
        "a copy may be changed in place",
        "X\nZ = X.copy()\nZ -= 1\nreturn Z",
        "X\nZ = X - 1\nreturn Z",
    ),
    body(
        "a swap reads before it sets",
        """
        X, Y
        X, Y = Y * 2, X - 1
        return X / Y
        """,
        """
        X, Y
        X_2 = Y * 2
        Y_2 = X - 1
        v1 = X_2 / Y_2
        return v1
        """,
    ),
    body(
        "tuples are taken apart, nested ones too",
        """
        X, Y
        pair = X * Y, (X, 3.0)
        a, (b, c) = pair
        [e, g] = pair
        return a * b * c + g[1] - e + pair[-1][0]
        """,
        """
        X, Y
        v1 = X * Y
        c = 3.0
        v2 = v1 * X
        v3 = v2 * c
        v4 = v3 + 3.0
        v5 = v4 - v1
        v6 = v5 + X
        return v6
        """,
    ),
    body(
        "sizes are read from the shape, each in one line",
        """
        X
        n, d = X.shape
        m = X.shape[0] * len(X)
        s = np.shape(X)
        return X.reshape(d, -1) / (n * m) + np.sum(X) * s[1]
        """,
        """
        X
        n_2 = np.shape(X)[0]
        d_2 = np.shape(X)[1]
        v1 = np.shape(X)[0]
        v2 = np.shape(X)[0]
        m = v1 * v2
        s = np.shape(X)
        v3 = np.reshape(X, (d_2, -1))
        v4 = n_2 * m
        v5 = v3 / v4
        v6 = np.sum(X)
        v7 = s[1]
        v8 = v6 * v7
        v9 = v5 + v8
        return v9
        """,
    ),
    body(
        "what a call returns is taken apart by its index",
        """
        C
        _, logdet = np.linalg.slogdet(C)
        first, second, third = C
        return logdet * second
        """,
        """
        C
        v1 = np.linalg.slogdet(C)
        logdet = v1[1]
        second = C[1]
        v3 = logdet * second
        return v3
        """,
        C=(3, 3),
    ),
    body(
        "a tuple is returned as one value",
        "X\nY = X * 2\nreturn Y, (X - 1, Y)",
        """
        X
        Y = X * 2
        v1 = X - 1
        v2 = (Y, (v1, Y))
        return v2
        """,
    ),
    body(
        "the tuple may have a name",
        "X\nboth = X.sum(), X\nboth = both\nreturn both",
        "X\nv1 = np.sum(X)\nv2 = (v1, X)\nreturn v2",
    ),
)

SPELLINGS = (
    ("X.sum(1)", "np.sum(X, axis=1)"),
    ("np.sum(X, 1, keepdims=True)", "np.sum(X, axis=1, keepdims=True)"),
    ("np.sum(a=X, keepdims=False, axis=None)", "np.sum(X, axis=None)"),
    ("X.mean(axis=(0, 1))", "np.mean(X, axis=(0, 1))"),
    ("X.max(-1, keepdims=True)", "np.max(X, axis=-1, keepdims=True)"),
    ("np.amax(X)", "np.max(X)"),
    ("X.var(ddof=1, axis=0)", "np.var(X, axis=0, ddof=1)"),
    ("X.T", "np.transpose(X)"),
    ("X.transpose(1, 0)", "np.transpose(X, (1, 0))"),
    ("np.transpose(X, axes=(1, 0))", "np.transpose(X, (1, 0))"),
    ("X.reshape(4, 3)", "np.reshape(X, (4, 3))"),
    ("X.reshape((4, -1))", "np.reshape(X, (4, -1))"),
    ("X.reshape(-1)", "np.reshape(X, -1)"),
    ("X.flatten()", "np.ravel(X)"),
    ("X.dot(X[0])", "np.dot(X, v1)"),
    ("np.matmul(X, X[0])", "X @ v1"),
    ("np.multiply(X, 2)", "X * 2"),
    ("np.divide(1, X)", "1 / X"),
    ("np.negative(X)", "-X"),
    ("pow(X, 2)", "X ** 2"),
    ("abs(X)", "np.abs(X)"),
    ("sum(X)", "np.sum(X, axis=0)"),
    ("max(X[0])", "np.max(v1)"),
    ("max(3, len(X))", "np.maximum(3, v1)"),
    ("min(X[0, 0], 1.5, X[1, 1])", "np.minimum(v3, v2)"),
    ("max([X[0, 0], 1.5])", "np.maximum(v1, 1.5)"),
    ("sum([X, 2 * X], X)", "v2 + v1"),
    ("np.maximum(0, X)", "np.maximum(X, 0)"),
    ("np.maximum(X, 0)", "np.maximum(X, 0)"),
    ("math.log(X[0, 0], 10)", "v2 / v3"),
    ("np.ptp(X, axis=1)", "v1 - v2"),
    ("np.c_[X, X]", "np.column_stack([X, X])"),
    ("np.r_[0.0, X[0]]", "np.concatenate([v2, v3])"),
    ("np.add.reduce(X)", "np.sum(X, axis=0)"),
    ("np.maximum.reduce(X, axis=1)", "np.max(X, axis=1)"),
    ("operator.mul(X, X)", "X * X"),
    ("X.mT", "np.swapaxes(X, -1, -2)"),
    ("X.astype(X.dtype)", "np.asarray(X, dtype=v1)"),
    ("X[:1, :1].item()", "np.reshape(v1, ())"),
    ("X.round(1)", "np.round(X, 1)"),
    ("X.clip(min=1.5)", "np.clip(X, 1.5, None)"),
    ("np.clip(X, max=1.5)", "np.clip(X, None, 1.5)"),
    ("np.mean([X[0], X[1]])", "np.mean(v3)"),
    ("np.array([X, X], dtype=float)", "np.array([X, X])"),
    ("X * 0", "X * v1"),
    ("X ** 0", "X ** v1"),
    ("1 ** X", "v1 ** X"),
    ("X.reshape(*X.shape, 1)", "np.reshape(X, v1)"),
    ("np.ones(tuple(n + 1 for n in X.shape))", "np.ones(v2)"),
    ("X.sum(axis=tuple(range(X.ndim)))", "np.sum(X, axis=v3)"),
    ("X[[i for i in (0, 1)]]", "X[v1]"),
    ("{'a': X, 'b': 1}['a'] * 2", "X * 2"),
    ("X.size", "np.size(X)"),
    ("X // 2", "np.floor_divide(X, 2)"),
    ("X % 2", "np.mod(X, 2)"),
    ("~(X > 1)", "np.invert(v1)"),
    ("(X > 1) & (X < 2)", "np.bitwise_and(v1, v2)"),
    ("0 < len(X) < 4", "np.logical_and(v2, v3)"),
    ("X[:, None]", "X[:, None]"),
    ("X[:, np.newaxis, 1:-1:2]", "X[:, None, 1:-1:2]"),
    ("X[..., -1]", "X[..., -1]"),
    ("X[len(X) - 1:]", "X[v2:]"),
    ("X[X > 1]", "X[v1]"),
    ("X[[0, 2], [1, 1]]", "X[[0, 2], [1, 1]]"),
    ("X.shape", "np.shape(X)"),
    ("np.linalg.norm(X, None, 1, True)", "np.linalg.norm(X, axis=1, keepdims=True)"),
    ("np.linalg.norm(X, 1, 0)", "np.linalg.norm(X, ord=1, axis=0)"),
    ("np.clip(X, 1.2, a_max=1.5)", "np.clip(X, 1.2, 1.5)"),
    ("np.where(X > 1.5, X, 0.0)", "np.where(v1, X, 0.0)"),
    ("np.concatenate([X, X], 1)", "np.concatenate([X, X], axis=1)"),
    ("np.einsum('ij,kj->ik', X, X)", "np.einsum('ij,kj->ik', X, X)"),
    ("np.expand_dims(X, 0)", "np.expand_dims(X, axis=0)"),
    ("X.astype(float)", "X * 1.0"),
    ("np.asarray(X, dtype=np.float64)", "X * 1.0"),
    ("float(X[0, 0])", "v1 * 1.0"),
    ("X.astype(int)", "np.int64(X)"),
    ("np.array([X, X])", "np.array([X, X])"),
    ("X * np.pi", "X * np.pi"),
    ("(X * X).sum(axis=1)", "np.sum(v1, axis=1)"),
)


def module(name: str, file: str, code: str, **arguments: Any) -> Example:
    """An example whose whole file is given."""
    return Example(name, dedent(file).lstrip("\n"), dedent(code).lstrip("\n"), arguments)


MODULES = (
    module(
        "NumPy under another name",
        """
        import numpy
        import numpy as xp
        import numpy.linalg as la
        from numpy import sqrt, sum as total

        def f(X):
            return sqrt(total(X)) * numpy.exp(X) - xp.log(X) + la.norm(X, axis=0)
        """,
        """
        def f(X):
            v1 = np.sum(X)
            v2 = np.sqrt(v1)
            v3 = np.exp(X)
            v4 = v2 * v3
            v5 = np.log(X)
            v6 = v4 - v5
            v7 = np.linalg.norm(X, axis=0)
            v8 = v6 + v7
            return v8
        """,
    ),
    module(
        "NumPy under a name given by an assignment, a default, a try, or a function",
        """
        import numpy as np
        xp = np
        exp = np.exp
        try:
            import numpy as anp
        except ImportError:
            anp = None

        def get_array_module(X):
            return np

        def f(X, ops=np):
            lib, root = xp, ops.sqrt
            own = get_array_module(X)
            return lib.sum(X) * root(X) + exp(X) - own.abs(X) / anp.log(X)
        """,
        """
        def f(X, ops=np):
            v1 = np.sum(X)
            v2 = np.sqrt(X)
            v3 = v1 * v2
            v4 = np.exp(X)
            v5 = v3 + v4
            v6 = np.abs(X)
            v7 = np.log(X)
            v8 = v6 / v7
            v9 = v5 - v8
            return v9
        """,
    ),
    module(
        "imports inside the function",
        """
        def f(X):
            import numpy as np
            from math import sqrt, pi
            return np.sum(X) * sqrt(2 * pi)
        """,
        """
        def f(X):
            v1 = np.sum(X)
            v2 = 2 * np.pi
            v3 = np.sqrt(v2)
            v4 = v1 * v3
            return v4
        """,
    ),
    module(
        "functions of other modules keep their name",
        """
        import numpy as np
        from scipy import special
        from scipy.special import expit as sigmoid

        def f(X):
            curve = special.erf
            return sigmoid(X) * curve(np.sum(X))
        """,
        """
        def f(X):
            v1 = sigmoid(X)
            v2 = np.sum(X)
            v3 = special.erf(v2)
            v4 = v1 * v3
            return v4
        """,
    ),
    module(
        "constants of the module are read as they are, options and unsafe names by value",
        """
        import numpy as np
        _EPS = 1e-8
        AXIS, KEEP = -1, True
        DIM = 1
        t = 0.5
        SCALE = np.sqrt(2.0)

        def f(X):
            axis = DIM
            return X.sum(axis=axis, keepdims=True) * (X + _EPS) * SCALE / t
        """,
        """
        def f(X):
            v1 = np.sum(X, axis=1, keepdims=True)
            v2 = X + _EPS
            v3 = v1 * v2
            v4 = v3 * SCALE
            v5 = v4 / 0.5
            return v5
        """,
    ),
    module(
        "a local constant is an operand by its name, an option by its value",
        """
        import numpy as np

        def f(X):
            axis = -1
            scale = 2.0
            return scale * np.max(X, axis, keepdims=True)
        """,
        """
        def f(X):
            scale = 2.0
            v1 = np.max(X, axis=-1, keepdims=True)
            v2 = scale * v1
            return v2
        """,
    ),
    module(
        "the signature keeps defaults, and which parameters are given by name only",
        """
        import numpy as np
        EPS = 1e-8

        def f(X: "np.ndarray", /, k: float = 2.0, *, n: int = 3, eps=EPS) -> float:
            return X * k * n + eps
        """,
        """
        def f(X, k=2.0, *, n_2=3, eps=EPS):
            v1 = X * k
            v2 = v1 * n_2
            v3 = v2 + eps
            return v3
        """,
    ),
    module(
        "a default that is a constant of a module is the value of a parameter",
        """
        import numpy as np
        from math import tau
        PHASE = np.pi

        def f(X, omega=np.pi, turn=tau, phase=PHASE, act=np.sin):
            return act(omega * X / turn + phase)
        """,
        """
        def f(X, omega=np.pi, turn=tau, phase=PHASE, act=np.sin):
            v1 = omega * X
            v2 = v1 / turn
            v3 = v2 + phase
            v4 = np.sin(v3)
            return v4
        """,
    ),
    module(
        "tabs",
        "import numpy as np\ndef f(X):\n\tif_ = X * 2\n\treturn np.sum(if_)\n",
        """
        def f(X):
            if_ = X * 2
            v1 = np.sum(if_)
            return v1
        """,
    ),
)

NAMES = (
    body(
        "what tangent's templates call their own",
        """
        X, mask, args
        n = len(X)
        grad = X * mask
        t = d = grad + n
        return d * args
        """,
        """
        X, mask_2, args_2
        n_2 = np.shape(X)[0]
        grad_2 = X * mask_2
        t_2 = grad_2 + n_2
        v1 = t_2 * args_2
        return v1
        """,
    ),
    body(
        "a safe name may be one of the user's already",
        "n, n_2\nn = n * n_2\nreturn n",
        "n_3, n_2\nn_4 = n_3 * n_2\nreturn n_4",
    ),
    body(
        "the cotangent of another name",
        "X, bX, bbX, b\nbb = X * bX\nreturn bb * bbX * b",
        """
        X, bX_2, bbX_3, b
        bb_2 = X * bX_2
        v1 = bb_2 * bbX_3
        v2 = v1 * b
        return v2
        """,
    ),
    body(
        "leading underscores, v1, digits, builtins, keywords with one, and modules",
        """
        _x, x, v1, x2, sum, lambda_
        np_ = _x * x
        tangent = np_ + v1
        __ = tangent * x2
        return __ - sum * lambda_
        """,
        """
        x_2, x, v1, x2, sum_2, lambda_
        np_ = x_2 * x
        tangent_2 = np_ + v1
        v2 = tangent_2 * x2
        v3 = sum_2 * lambda_
        v4 = v2 - v3
        return v4
        """,
    ),
)

EXAMPLES = ONE_OPERATION_A_LINE + ASSIGNMENTS + MODULES + NAMES


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
def test_the_code(example: Example, tmp_path: Path) -> None:
    found = primal(example.file, tmp_path)
    assert found.code == example.code
    check_output(found, example.draw(found))
    check_spans(found)


@pytest.mark.parametrize(("users", "ours"), SPELLINGS)
def test_one_spelling_of_each_operation(users: str, ours: str, tmp_path: Path) -> None:
    example = body("", f"X\nreturn {users}", "X")
    found = primal(example.file, tmp_path)
    assert found.code.splitlines()[-2].strip() == f"{found.output} = {ours}"
    check_output(found, example.draw(found))
    check_spans(found)


def check_output(found: Primal, arguments: dict[str, Any]) -> None:
    """Run both functions on the same arguments."""
    own = {ours: arguments[user] for ours, user in found.names.items() if user in arguments}
    parameters = ast.parse(found.code).body[0].args  # type: ignore[attr-defined]
    names = [a.arg for a in parameters.args if a.arg in own]
    ours = run(found.module, {name: own[name] for name in names})
    users = run(found.target.module, arguments)
    assert_same(ours, users)


def run(text: str, arguments: dict[str, Any]) -> Any:
    namespace: dict[str, Any] = {}
    exec(compile(text, "text", "exec"), namespace)
    return namespace["f"](*arguments.values())


def assert_same(ours: Any, users: Any) -> None:
    if isinstance(users, tuple):
        assert isinstance(ours, tuple)
        assert len(ours) == len(users)
        for one, other in zip(ours, users, strict=True):
            assert_same(one, other)
    else:
        np.testing.assert_allclose(ours, users, rtol=1e-12, strict=isinstance(users, np.ndarray))


def check_spans(found: Primal) -> None:
    """Every name of ours is set in the code, and what stands at its place computes its value."""
    set_names = {node.arg for node in ast.walk(ast.parse(found.code)) if isinstance(node, ast.arg)}
    for node in ast.walk(ast.parse(found.code)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            assert node.id not in set_names
            set_names.add(node.id)
    assert set(found.names) <= set_names
    assert set(found.expressions.values()) <= set_names
    for span in found.expressions:
        ast.parse(found.target.source[span.start : span.end], mode="eval")


WRT = {
    "the first where nothing is said": ((), "X"),
    "names": (("eps", "Y"), "eps Y"),
    "positions": (("1", "0"), "Y X"),
    "both, once each": (("Y", "1"), "Y"),
    "all that may be floats": (("all",), "X Y eps SIZE n_2 width"),
    "our names": (("n",), "n_2"),
}


@pytest.mark.parametrize(("wrt", "ours"), WRT.values(), ids=WRT)
def test_parameters_that_are_asked_for(wrt: tuple[str, ...], ours: str, tmp_path: Path) -> None:
    assert primal(PARAMETERS, tmp_path, *wrt).wrt == tuple(ours.split())


PARAMETERS = """\
import numpy as np
SIZE, WIDTH = 3, 0.5
COUNT = 4

def f(X, Y, eps=1e-8, mode="mean", flag=True, axis=-1, weight=None, xp=np, sizes=(), m=COUNT,
      scale=np.inf, SIZE=-0.5, *, n, dtype=np.float32, width=np.pi, ids, rows, axes, k: "int"):
    Z = X[ids, 0][:rows].sum(axis=axes)
    return X
"""


@pytest.mark.parametrize(
    "read",
    [
        "return X[:, seen[0]]",
        "return [X[k] for k in seen]",
        "k = seen[1]\n    return X[k]",
        "Y = 0.0\n    for k in seen:\n        Y = Y + X[k]\n    return Y",
        "Y = 0.0\n    for i, k in enumerate(seen):\n        Y = Y + X[i : i + k]\n    return Y",
        "end = 2 + seen[0]\n    return X[:end]",
        "return one_hot(seen, 3) * X",
        "return X[seen == 1].sum()",
        "return one_hot(k=3, labels=seen) * X",
        "np.add.at(X, seen, 1.0)\n    return X",
        "same = seen[:, None] == seen[None]\n    return X[same[0]]",
        "return np.where(seen, X, 0.0) / len(seen)",
        "later = seen[None, :] >= seen[:, None]\n    return later @ X",
        "return X[np.argsort(-seen)]",
        "i, j = seen[:, 0], seen[:, 1]\n    return X[i] - X[j]",
    ],
)
def test_what_holds_indices_is_no_float(read: str, tmp_path: Path) -> None:
    helper = "def one_hot(labels, k):\n    return np.eye(k)[labels]\n\n\n"
    (tmp_path / "f.py").write_text(f"import numpy as np\n\n\n{helper}def f(X, seen):\n    {read}")
    found = find(str(tmp_path / "f.py"), "f")
    assert resolved(("all",), found, surroundings(found.definitions)) == ("X",)


@pytest.mark.parametrize(
    "read", ["X > least", "np.where(least, X, least)", "X[X == least] * least"]
)
def test_a_threshold_and_what_is_chosen_may_be_floats(read: str, tmp_path: Path) -> None:
    (tmp_path / "f.py").write_text(f"import numpy as np\n\n\ndef f(X, least):\n    return {read}")
    found = find(str(tmp_path / "f.py"), "f")
    assert resolved(("all",), found, surroundings(found.definitions)) == ("X", "least")


@pytest.mark.parametrize("wrt", ["Z", "12", "-1", "X,Y", ""])
def test_what_is_no_parameter(wrt: str, tmp_path: Path) -> None:
    with pytest.raises(Usage) as raised:
        primal("def f(X, Y):\n    return X", tmp_path, wrt)
    assert raised.value.reason == f"`{wrt}` is no parameter of `f`"
    assert raised.value.hint == "It has `X`, `Y`"


def test_a_parameter_is_misspelt(tmp_path: Path) -> None:
    with pytest.raises(Usage) as raised:
        primal("def f(X, weights):\n    return X", tmp_path, "wieghts")
    assert raised.value.hint == "Did you mean `weights`?"


def test_no_parameters(tmp_path: Path) -> None:
    with pytest.raises(Usage, match="has no parameters"):
        primal("def f():\n    return 1", tmp_path)
