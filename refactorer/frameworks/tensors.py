"""NumPy's functions and methods as torch spells them."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

import libcst as cst

from refactorer.syntax.expressions import code, dotted, parenthesized
from refactorer.syntax.rewriting import Transformer

# Functions of one name and one meaning; torch takes `axis` and `keepdims` for its own words.
SAME = frozenset(
    [
        *("abs", "arccos", "arcsin", "arctan", "arctan2", "arcsinh", "arctanh", "ceil", "clip"),
        *("concatenate", "cos", "cosh", "cumsum", "diag", "einsum", "exp", "expm1", "floor"),
        *("flip", "full_like", "isfinite", "log", "log10", "log1p", "log2", "logaddexp"),
        *("logical_and", "logical_not", "logical_or", "matmul", "maximum", "mean", "minimum"),
        *("moveaxis", "ones", "ones_like", "outer", "prod", "ravel", "reciprocal", "reshape"),
        *("sign", "sin", "sinh", "sqrt", "square", "squeeze", "stack", "sum", "swapaxes", "tan"),
        *("tanh", "tensordot", "trace", "tril", "triu", "where", "zeros", "zeros_like", "empty"),
        *("empty_like", "dot", "inner", "broadcast_to", "linalg.norm", "linalg.inv", "linalg.det"),
        *("linalg.solve", "pi", "inf", "e"),
    ]
)
OTHER = {"max": "amax", "min": "amin", "amax": "amax", "amin": "amin", "absolute": "abs"}
OTHER |= {"copy": "clone", "expand_dims": "unsqueeze", "power": "pow", "array": "stack"}
METHODS = {"max": "amax", "min": "amin", "astype": "to", "copy": "clone"}
KEYWORDS = {"tensordot": {"axes": "dims"}, "expand_dims": {"axis": "dim"}}
MADE = ("empty", "zeros", "ones")
NUMBERS = {"sqrt", "exp", "log", "pi", "e", "inf"}


def on_tensors(text: str) -> tuple[str, list[str]]:
    """Return a text in torch's words, and the functions of NumPy for which there are none."""
    spelling = TensorSpelling()
    return cst.parse_module(text).visit(spelling).code, spelling.unknown


class TensorSpelling(Transformer):
    """Replaces functions, methods and attributes of arrays by those of tensors."""

    def __init__(self) -> None:
        super().__init__()
        self.unknown: list[str] = []

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        path = dotted(original_node)
        name = path.removeprefix("np.")
        if path == "np.newaxis":
            return cst.Name("None")
        if path == "np.linalg":
            return cst.parse_expression("torch.linalg")
        if path.startswith("np."):
            if name not in SAME and name not in OTHER and name != "vdot":
                self.unknown.append(path)
            return cst.parse_expression(f"torch.{OTHER.get(name, name)}")
        if updated_node.attr.value == "size":
            return cst.Call(updated_node.with_changes(attr=cst.Name("numel")))
        return updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        name = dotted(original_node.func).removeprefix("np.")
        arguments = [code(arg.value) for arg in original_node.args]
        if name in NUMBERS and all(map(is_number, arguments)):
            inner = ", ".join(code(arg.value) for arg in updated_node.args)
            return cst.parse_expression(f"math.{name}({inner})".replace("torch.pi", "math.pi"))
        if name in ("maximum", "minimum") and is_number(arguments[1]):
            bound = "min" if name == "maximum" else "max"
            first, second = (code(arg.value) for arg in updated_node.args)
            return cst.parse_expression(f"torch.clamp({first}, {bound}={second})")
        if name == "vdot":
            one, other = (parenthesized(arg.value) for arg in updated_node.args)
            return cst.parse_expression(f"torch.sum({code(one)} * {code(other)})")
        match original_node.func:
            case cst.Attribute(attr=cst.Name(value=method)) if method in METHODS and not dotted(
                original_node.func
            ).startswith("np."):
                function = cst.ensure_type(updated_node.func, cst.Attribute)
                return updated_node.with_changes(
                    func=function.with_changes(attr=cst.Name(METHODS[method]))
                )
        return updated_node.with_changes(args=with_torch_keywords(name, updated_node.args))


def with_torch_keywords(name: str, arguments: Sequence[cst.Arg]) -> list[cst.Arg]:
    """Return arguments under torch's keywords; a dtype behind a shape gets its keyword."""
    words: Mapping[str, str] = KEYWORDS.get(name, {})
    found = []
    for place, argument in enumerate(arguments):
        word = argument.keyword.value if argument.keyword else ""
        word = "dtype" if name in MADE and place == 1 and not word else words.get(word, word)
        found.append(argument.with_changes(keyword=cst.Name(word) if word else None))
    return found


def is_number(text: str) -> bool:
    """Tell whether an expression is a number for sure: of literals, sizes and constants."""
    tree = ast.parse(text, mode="eval").body
    match tree:
        case ast.Constant(int() | float()):
            return True
        case ast.UnaryOp(operand=operand):
            return is_number(ast.unparse(operand))
        case ast.BinOp(left, _, right):
            return is_number(ast.unparse(left)) and is_number(ast.unparse(right))
        case ast.Attribute(ast.Name("np"), "pi" | "e" | "inf"):
            return True
        case ast.Attribute(attr="size") | ast.Subscript(value=ast.Attribute(attr="shape")):
            return True
        case ast.Call(ast.Name("len")):
            return True
    return False
