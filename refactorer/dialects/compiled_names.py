"""The functions, methods and options that Numba's nopython mode compiles."""

from __future__ import annotations

from collections.abc import Mapping

BUILTINS = frozenset(
    {
        *("abs", "bool", "enumerate", "float", "int", "len", "max", "min", "print", "range"),
        *("round", "sorted", "sum", "zip"),
    }
)


# Which options these take, as functions and as methods of arrays; others they do not take.
OPTIONS: Mapping[str, tuple[str, ...]] = {
    "sum": ("axis", "dtype"),
    **dict.fromkeys(("argmax", "argmin", "cumsum"), ("axis",)),
    **dict.fromkeys(("all", "amax", "amin", "any", "cumprod", "max", "mean"), ()),
    **dict.fromkeys(("argsort", "median", "min", "prod", "ptp", "sort", "std", "var"), ()),
    "diff": ("n",),
    "flip": (),
    "repeat": ("repeats",),
    **dict.fromkeys(("percentile", "quantile"), ("q",)),
    **dict.fromkeys(("nansum", "nanmean", "nanmax", "nanmin", "nanstd", "nanvar"), ()),
}


METHODS = frozenset(
    {
        *("append", "astype", "conj", "conjugate", "copy", "diagonal", "dot", "fill", "flatten"),
        *("item", "nonzero", "ravel", "reshape", "take", "transpose", "view"),
    }
)


ELEMENTWISE = (
    "abs absolute add arccos arccosh arcsin arcsinh arctan arctan2 arctanh cbrt ceil copysign cos"
    " cosh deg2rad divide equal exp exp2 expm1 fabs floor floor_divide fmax fmin greater"
    " greater_equal heaviside hypot isfinite isinf isnan less less_equal log log10 log1p log2"
    " logaddexp logaddexp2 logical_and logical_not logical_or maximum minimum mod multiply negative"
    " degrees not_equal power rad2deg radians reciprocal remainder rint sign sin sinh sqrt square"
    " subtract tan tanh true_divide trunc"
)


OTHERS = (
    "append arange array asarray ascontiguousarray atleast_1d atleast_2d broadcast_to clip"
    " column_stack concatenate convolve copy cov cross diag dot empty empty_like expand_dims eye"
    " float32 float64 full full_like hstack identity int32 int64 interp kron linspace"
    " moveaxis nan_to_num ndim ones ones_like outer ravel reshape searchsorted shape sinc size"
    " stack swapaxes take take_along_axis trace transpose tril triu vdot vstack where zeros"
    " zeros_like"
)


FUNCTIONS = frozenset(f"{ELEMENTWISE} {OTHERS}".split())


LINALG = frozenset(
    {
        *("cholesky", "cond", "det", "eigh", "eigvalsh", "inv", "norm", "pinv", "qr", "slogdet"),
        *("solve", "svd"),
    }
)
