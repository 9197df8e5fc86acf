"""The one spelling of each operation that the rules know: tables, to be widened by adding rows."""

from __future__ import annotations

import ast

# Functions with another name, by where they are imported from. NumPy's other functions keep theirs.
FUNCTIONS = {
    "builtins.abs": "np.abs",
    "builtins.int": "int",
    "builtins.round": "np.round",
    "numpy.absolute": "np.abs",
    "numpy.fabs": "np.abs",
    "numpy.amax": "np.max",
    "numpy.amin": "np.min",
    "numpy.around": "np.round",
    "numpy.row_stack": "np.vstack",
    "math.acos": "np.arccos",
    "math.acosh": "np.arccosh",
    "math.asin": "np.arcsin",
    "math.asinh": "np.arcsinh",
    "math.atan": "np.arctan",
    "math.atan2": "np.arctan2",
    "math.atanh": "np.arctanh",
    "math.cos": "np.cos",
    "math.cosh": "np.cosh",
    "math.degrees": "np.rad2deg",
    "math.e": "np.e",
    "math.exp": "np.exp",
    "math.expm1": "np.expm1",
    "math.fabs": "np.abs",
    "math.hypot": "np.hypot",
    "math.inf": "np.inf",
    "math.log": "np.log",
    "math.log10": "np.log10",
    "math.log1p": "np.log1p",
    "math.log2": "np.log2",
    "math.pi": "np.pi",
    "math.radians": "np.deg2rad",
    "math.sin": "np.sin",
    "math.sinh": "np.sinh",
    "math.sqrt": "np.sqrt",
    "math.tan": "np.tan",
    "math.tanh": "np.tanh",
}

# Functions that are operators under another name.
BINARY: dict[str, ast.operator] = {
    "builtins.pow": ast.Pow(),
    "math.pow": ast.Pow(),
    "numpy.add": ast.Add(),
    "numpy.divide": ast.Div(),
    "numpy.matmul": ast.MatMult(),
    "numpy.multiply": ast.Mult(),
    "numpy.power": ast.Pow(),
    "numpy.subtract": ast.Sub(),
    "numpy.true_divide": ast.Div(),
    "operator.add": ast.Add(),
    "operator.matmul": ast.MatMult(),
    "operator.mul": ast.Mult(),
    "operator.pow": ast.Pow(),
    "operator.sub": ast.Sub(),
    "operator.truediv": ast.Div(),
}

# Reductions that are said of an operation on two; they run over the first axis.
REDUCTIONS = {
    "numpy.add.accumulate": "np.cumsum",
    "numpy.add.reduce": "np.sum",
    "numpy.maximum.reduce": "np.max",
    "numpy.minimum.reduce": "np.min",
    "numpy.multiply.accumulate": "np.cumprod",
    "numpy.multiply.reduce": "np.prod",
}

# Operators that are functions: tangent parses only the operators that it can differentiate.
OPERATORS: dict[type[ast.operator | ast.unaryop], str] = {
    ast.BitAnd: "np.bitwise_and",
    ast.BitOr: "np.bitwise_or",
    ast.BitXor: "np.bitwise_xor",
    ast.FloorDiv: "np.floor_divide",
    ast.Invert: "np.invert",
    ast.Mod: "np.mod",
    ast.Not: "np.logical_not",
}

ATTRIBUTES = {
    "T": "numpy.transpose",
    "dtype": "numpy.result_type",
    "imag": "numpy.imag",
    "mT": "numpy.matrix_transpose",
    "ndim": "numpy.ndim",
    "real": "numpy.real",
    "shape": "numpy.shape",
    "size": "numpy.size",
}

METHODS = {
    "all": "numpy.all",
    "any": "numpy.any",
    "argmax": "numpy.argmax",
    "argmin": "numpy.argmin",
    "argsort": "numpy.argsort",
    "astype": "numpy.asarray",
    "clip": "numpy.clip",
    "conj": "numpy.conj",
    "conjugate": "numpy.conj",
    "copy": "numpy.copy",
    "cumprod": "numpy.cumprod",
    "cumsum": "numpy.cumsum",
    "diagonal": "numpy.diagonal",
    "dot": "numpy.dot",
    "flatten": "numpy.ravel",
    "item": "numpy.ndarray.item",
    "max": "numpy.max",
    "mean": "numpy.mean",
    "min": "numpy.min",
    "nonzero": "numpy.nonzero",
    "prod": "numpy.prod",
    "ravel": "numpy.ravel",
    "repeat": "numpy.repeat",
    "reshape": "numpy.reshape",
    "round": "numpy.round",
    "searchsorted": "numpy.searchsorted",
    "squeeze": "numpy.squeeze",
    "std": "numpy.std",
    "sum": "numpy.sum",
    "swapaxes": "numpy.swapaxes",
    "take": "numpy.take",
    "trace": "numpy.trace",
    "transpose": "numpy.transpose",
    "var": "numpy.var",
}

# Methods that take a tuple also as separate arguments: X.reshape(n, d).
TAKES_A_TUPLE = frozenset({"reshape", "transpose"})

# Parameters: those before the bar are given by position, those behind it by keyword.
SIGNATURES = {
    "np.all": "a | axis out keepdims",
    "np.any": "a | axis out keepdims",
    "np.append": "arr values | axis",
    "np.argmax": "a | axis out keepdims",
    "np.argmin": "a | axis out keepdims",
    "np.argsort": "a | axis kind order",
    "np.array_split": "ary indices_or_sections | axis",
    "np.asarray": "a | dtype order",
    "np.average": "a | axis weights returned keepdims",
    "np.clip": "a a_min a_max | out",
    "np.concatenate": "arrays | axis out dtype",
    "np.convolve": "a v | mode",
    "np.correlate": "a v | mode",
    "np.cov": "m | y rowvar bias ddof",
    "np.cumprod": "a | axis dtype out",
    "np.cumsum": "a | axis dtype out",
    "np.diag": "v | k",
    "np.diagonal": "a | offset axis1 axis2",
    "np.diff": "a | n axis prepend append",
    "np.dot": "a b | out",
    "np.expand_dims": "a | axis",
    "np.flip": "m | axis",
    "np.full": "shape fill_value | dtype order",
    "np.full_like": "a fill_value | dtype order",
    "np.hstack": "tup |",
    "np.interp": "x xp fp | left right period",
    "np.kron": "a b |",
    "np.linalg.norm": "x | ord axis keepdims",
    "np.max": "a | axis out keepdims initial where",
    "np.mean": "a | axis dtype out keepdims where",
    "np.median": "a | axis out overwrite_input keepdims",
    "np.min": "a | axis out keepdims initial where",
    "np.moveaxis": "a source destination |",
    "np.nanmax": "a | axis out keepdims",
    "np.nanmean": "a | axis dtype out keepdims",
    "np.nanmin": "a | axis out keepdims",
    "np.nansum": "a | axis dtype out keepdims",
    "np.pad": "array pad_width | mode",
    "np.partition": "a kth | axis kind order",
    "np.percentile": "a q | axis out overwrite_input method keepdims",
    "np.prod": "a | axis dtype out keepdims initial where",
    "np.ptp": "a | axis out keepdims",
    "np.quantile": "a q | axis out overwrite_input method keepdims",
    "np.ravel": "a | order",
    "np.repeat": "a repeats | axis",
    "np.reshape": "a shape | order",
    "np.roll": "a shift | axis",
    "np.rot90": "m | k axes",
    "np.select": "condlist choicelist default |",
    "np.sort": "a | axis kind order",
    "np.split": "ary indices_or_sections | axis",
    "np.squeeze": "a | axis",
    "np.stack": "arrays | axis out dtype",
    "np.std": "a | axis dtype out ddof keepdims",
    "np.sum": "a | axis dtype out keepdims initial where",
    "np.take": "a indices | axis out mode",
    "np.take_along_axis": "arr indices | axis",
    "np.tensordot": "a b | axes",
    "np.tile": "A reps |",
    "np.trace": "a | offset axis1 axis2",
    "np.transpose": "a axes |",
    "np.tril": "m | k",
    "np.triu": "m | k",
    "np.var": "a | axis dtype out ddof keepdims",
}

# What a keyword says that is true without it.
DEFAULTS = {"copy": True, "dtype": None, "keepdims": False, "ord": None, "order": "C", "out": None}

# Types of numbers to which a cast changes no value that is differentiated.
FLOATS = frozenset({"float", "np.double", "np.float64", "'float'", "'float64'", "'f8'", "'d'"})

# What tells of a value's form: it is the same whatever the numbers are.
FORMS = frozenset({"len", "np.ndim", "np.result_type", "np.shape", "np.size"})
