"""Expressions of NumPy as MathML, which browsers show as mathematics."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from html import escape

from refactorer.html.symbols import Markup, fenced, letter, operator, raised, row, symbol

Names = Mapping[str, str]  # names that stand for others, as MathML
LIST, SUM, PRODUCT, POWER, ATOM = range(5)  # how tightly an expression holds together
OPERATORS: Mapping[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "−",
    ast.Lt: "&lt;",
    ast.LtE: "≤",
    ast.Gt: "&gt;",
    ast.GtE: "≥",
    ast.Eq: "=",
    ast.NotEq: "≠",
}
FENCES = {"abs": "||", "absolute": "||", "fabs": "||", "norm": "‖‖", "floor": "⌊⌋", "ceil": "⌈⌉"}
SPELLED = {"maximum": "max", "minimum": "min", "sign": "sgn"}
# What changes how an array lies, or how it is stored, and no number in it.
LAYOUT = {"expand_dims", "squeeze", "asarray", "array", "copy", "astype", "ascontiguousarray"}


def formula(node: ast.expr, names: Names) -> Markup:
    """Return an expression as MathML; what has no notation stays the code that it is."""
    return FormulaWriter(names).written(node)


class FormulaWriter:
    """Writes expressions, in which some names stand for others."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def written(self, node: ast.expr, least: int = SUM) -> Markup:
        """Return an expression, in parentheses where it holds less tightly than it must."""
        markup, level = self.expression(node)
        return fenced(markup) if level < least else markup

    def expression(self, node: ast.expr) -> tuple[Markup, int]:
        """Return an expression and how tightly it holds together."""
        match node:
            case ast.Name(id=name):
                return self.names.get(name) or symbol(name), ATOM
            case ast.Constant(value=bool() | str() | None):
                return f"<mtext>{escape(ast.unparse(node))}</mtext>", ATOM
            case ast.Constant(value=int() | float() as value):
                return f"<mn>{value:.12g}</mn>", ATOM
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return row(operator("−"), self.written(operand, PRODUCT)), PRODUCT
            case ast.BinOp():
                return self.operation(node)
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in OPERATORS:
                sign = operator(OPERATORS[type(op)])
                return row(self.written(left), sign, self.written(right)), LIST
            case ast.Call():
                return self.call(node)
            case ast.Attribute(value=value, attr="T" | "mT"):
                return raised(self.written(value, ATOM), "<mo>⊤</mo>"), POWER
            case ast.Attribute(value=ast.Name(id="np" | "numpy" | "math"), attr=name):
                return symbol(name), ATOM
            case ast.Subscript(value=value, slice=index):
                return self.item(value, index)
            case ast.Tuple(elts=parts):
                comma = operator(",")
                return row(comma.join(map(self.written, parts))), LIST
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self.cases(test, body, orelse), ATOM
        return f"<mtext>{escape(ast.unparse(node))}</mtext>", ATOM

    def operation(self, node: ast.BinOp) -> tuple[Markup, int]:
        """Return an operator with its operands."""
        left, right = node.left, node.right
        match node.op:
            case ast.Add() | ast.Sub():
                sign = operator(OPERATORS[type(node.op)])
                return row(self.written(left), sign, self.written(right, PRODUCT)), SUM
            case ast.Mult() if ast.unparse(left) == ast.unparse(right):
                return raised(self.written(left, ATOM), "<mn>2</mn>"), POWER
            case ast.Mult():
                between = operator("·")
                parts = self.written(left, PRODUCT), between, self.written(right, PRODUCT)
                return row(*parts), PRODUCT
            case ast.MatMult():
                between = '<mspace width="0.17em"/>'
                return row(
                    self.written(left, PRODUCT), between, self.written(right, POWER)
                ), PRODUCT
            case ast.Div():
                return (
                    f"<mfrac>{row(self.written(left))}{row(self.written(right))}</mfrac>",
                    PRODUCT,
                )
            case ast.Pow() if ast.unparse(right) == "0.5":
                return f"<msqrt>{self.written(left)}</msqrt>", ATOM
            case ast.Pow():
                return raised(self.written(left, ATOM), row(self.written(right))), POWER
        return f"<mtext>{escape(ast.unparse(node))}</mtext>", SUM

    def call(self, node: ast.Call) -> tuple[Markup, int]:
        """Return what a function makes of its arguments; a method's first is its object."""
        name, given = function_and_arguments(node)
        if not name or not given:
            return f"<mtext>{escape(ast.unparse(node))}</mtext>", ATOM
        found = self.of_one(name, given[0], node) or self.of_several(name, given)
        if found:
            return found
        inside = operator(",").join(map(self.written, given))
        sign = self.over(f"<mi>{escape(SPELLED.get(name, name))}</mi>", node)
        return row(sign, fenced(inside)), PRODUCT

    def of_one(self, name: str, given: ast.expr, node: ast.Call) -> tuple[Markup, int] | None:
        """Return a function of one array that has a notation."""
        match name:
            case "sqrt":
                return f"<msqrt>{self.written(given)}</msqrt>", ATOM
            case "exp":
                return f"<msup><mi>e</mi>{row(self.written(given))}</msup>", POWER
            case "square":
                return raised(self.written(given, ATOM), "<mn>2</mn>"), POWER
            case "log1p":
                one = row("<mn>1</mn>", operator("+"), self.written(given))
                return row("<mi>log</mi>", fenced(one)), PRODUCT
            case "sum":
                return row(self.over("<mo>∑</mo>", node), self.written(given, PRODUCT)), PRODUCT
            case "zeros_like" | "ones_like":
                return letter("𝟎" if name == "zeros_like" else "𝟏"), ATOM
            case _ if name in FENCES:
                return fenced(self.written(given), FENCES[name]), ATOM
            case _ if name in LAYOUT:
                return self.expression(given)
        return None

    def of_several(self, name: str, given: Sequence[ast.expr]) -> tuple[Markup, int] | None:
        """Return a function of several arguments that has a notation."""
        match name, len(given):
            case "broadcast_to" | "full_like", 2:
                value = given[0] if name == "broadcast_to" else given[1]
                return row(self.written(value, PRODUCT), operator("·"), letter("𝟏")), PRODUCT
            case "vdot" | "dot" | "inner", 2:
                pair = operator(",").join(map(self.written, given))
                return fenced(row(pair), "⟨⟩"), ATOM
            case "where", 3:
                return self.cases(*given), ATOM
            case "einsum", _ if isinstance(given[0], ast.Constant):
                return self.contraction(str(given[0].value), given[1:]), PRODUCT
        return None

    def contraction(self, indices: str, arrays: Sequence[ast.expr]) -> Markup:
        """Return a sum over those of the indices of some arrays that the output has not."""
        given, _, output = indices.replace(" ", "").partition("->")
        parts = [
            f"<msub>{self.written(array, ATOM)}<mi>{escape(below)}</mi></msub>"
            for array, below in zip(arrays, given.split(","), strict=False)
        ]
        summed = "".join(dict.fromkeys(i for i in given if i.isalpha() and i not in output))
        sign = f"<msub><mo>∑</mo><mi>{summed}</mi></msub>" if summed else ""
        return row(sign, operator("·").join(parts))

    def over(self, markup: Markup, node: ast.Call) -> Markup:
        """Return the sign of a reduction with the axes that it ranges over."""
        axes = [k.value for k in node.keywords if k.arg in {"axis", "axes"}]
        if not axes:
            return markup
        return f"<msub>{markup}{row(self.written(axes[0]))}</msub>"

    def item(self, value: ast.expr, index: ast.expr) -> tuple[Markup, int]:
        """Return items of an array, by an index; one that adds axes of length one is none."""
        parts = index.elts if isinstance(index, ast.Tuple) else [index]
        if all(is_whole(part) for part in parts):
            return self.expression(value)
        below = operator(",").join(self.part(part) for part in parts)
        return f"<msub>{self.written(value, ATOM)}{row(below)}</msub>", POWER

    def part(self, index: ast.expr) -> Markup:
        """Return one part of an index."""
        if isinstance(index, ast.Slice):
            return f"<mtext>{escape(ast.unparse(index))}</mtext>"
        return self.written(index)

    def cases(self, test: ast.expr, body: ast.expr, orelse: ast.expr) -> Markup:
        """Return one of two values, as a condition says."""
        condition = f"<mtext>if&nbsp;</mtext>{self.written(test, LIST)}"
        one = f"<mtd>{self.written(body)}</mtd><mtd>{condition}</mtd>"
        other = f"<mtd>{self.written(orelse)}</mtd><mtd><mtext>else</mtext></mtd>"
        table = f"<mtable><mtr>{one}</mtr><mtr>{other}</mtr></mtable>"
        return row('<mo fence="true" form="prefix">{</mo>', table)


def function_and_arguments(node: ast.Call) -> tuple[str, list[ast.expr]]:
    """Return the name of a function and its arguments, without those that only lay out."""
    match node.func:
        case ast.Name(id=name):
            return name, node.args
        case ast.Attribute(value=value, attr=name):
            root = ast.unparse(value).partition(".")[0]
            of_module = root in {"np", "numpy", "math", "scipy", "special"}
            return name, node.args if of_module else [value, *node.args]
    return "", []


def is_whole(index: ast.expr) -> bool:
    """Tell whether a part of an index takes an axis as it is, or adds one."""
    if isinstance(index, ast.Slice):
        return index.lower is index.upper is index.step is None
    return ast.unparse(index) in {"None", "np.newaxis"}
