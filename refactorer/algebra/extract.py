"""From the normal form to the cheapest expression found: values of the forward part, common factors, small things first."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from refactorer.algebra.contract import summation
from refactorer.algebra.definitions import Definitions
from refactorer.algebra.nodes import (
    Averaged,
    Call,
    Indicator,
    Layout,
    Node,
    Number,
    Opaque,
    Product,
    Reduced,
    Ref,
    Total,
    product,
    total,
)
from refactorer.algebra.sums import contraction, opened
from refactorer.algebra.tensor import lengths
from refactorer.algebra.terms import (
    ONE,
    Atom,
    Factor,
    Monomial,
    Polynomial,
    common_part,
    expanded,
    function,
    unfolded,
)

COMPARES = (">", ">=", "<", "<=", "==", "!=", "&", "|", "**")
MOST_GROUPED = 12
NUMBER_IN_SUM = 15

Signed = tuple[Fraction, Node]
Factors = list[tuple[Node, Fraction]]


@dataclass(frozen=True)
class Extractor:
    """Finds expressions over what is defined; what it has found once it remembers."""

    definitions: Definitions
    like: str = ""  # an array whose dtype the gradients have
    found: dict[str, Signed] = field(default_factory=dict)

    def polynomial(self, value: Polynomial) -> Signed:
        """An expression, and the number that it must be multiplied by."""
        if value.key not in self.found:
            self.found[value.key] = self.search(value)
        return self.found[value.key]

    def search(self, value: Polynomial) -> Signed:
        if not value.terms:
            return ONE, Number("0")
        if len(value.terms) == 1:
            return self.monomial(*value.terms[0])
        content, common = common_part(value)
        rest = value.scaled(1 / content, common**-1)
        if common.powers:
            chosen = self.chosen(value)
            candidates = [(ONE, chosen)] if chosen is not None else []
            candidates += [self.monomial(common * fold(rest), content), (ONE, self.flat(value))]
            return self.best(candidates)
        named = self.definitions.named_sum(function("fold", "", (rest,)))
        if named is not None:
            return named[0] * content, named[1]
        return content, self.sum(rest)

    def best(self, candidates: list[Signed]) -> Signed:
        return min(candidates, key=lambda c: whole_cost(*c))

    def sum(self, value: Polynomial) -> Node:
        """A sum with no factor common to all its terms: as it stands, chosen by a condition, or grouped."""
        merged = expanded(value)
        if len(merged.terms) < len(value.terms) or not merged.terms:
            return signed(*self.polynomial(merged))
        chosen = self.chosen(value)
        if chosen is not None:
            return chosen
        rewritten = Polynomial.of(self.rewrite(m, c) for m, c in value.terms)
        if rewritten.key != value.key and (
            common_part(rewritten)[1].powers or len(rewritten.terms) < 2
        ):
            return signed(*self.polynomial(rewritten))
        candidates = [self.flat(rewritten)]
        candidates += [signed(*self.polynomial(g)) for g in self.definitions.regrouped(value)]
        if len(value.terms) <= MOST_GROUPED:
            candidates += [
                total([self.polynomial(group), self.polynomial(rest)])
                for group, rest in groupings(rewritten)
            ]
        return min(candidates, key=lambda node: node.cost)

    def flat(self, value: Polynomial) -> Node:
        return total([self.monomial(m, c) for m, c in value.terms])

    def chosen(self, value: Polynomial) -> Node | None:
        """np.where, if every term stands under one condition or its negation."""
        conditions = {
            (f.labels, f.atom.arguments)
            for m, _ in value.terms
            for f, _ in m.powers
            if "mask" in f.atom.kind
        }
        for labels, arguments in conditions:
            yes = [(without(m, "mask", labels, arguments), c) for m, c in value.terms]
            no = [(without(m, "unmask", labels, arguments), c) for m, c in value.terms]
            if all(a is not None or b is not None for (a, _), (b, _) in zip(yes, no, strict=True)):
                branches = [
                    Polynomial.of((m, c) for m, c in side if m is not None) for side in (yes, no)
                ]
                if any(branch.labels for branch in branches):
                    condition = arguments[0].relabel(dict(enumerate(labels)))
                    nodes = [signed(*self.polynomial(b)) for b in (condition, *branches)]
                    return Call("np.where", tuple(nodes))
        return None

    def monomial(self, monomial: Monomial, coefficient: Fraction) -> Signed:
        """A product: written through what is defined, step by step, as long as that makes it cheaper."""
        candidates = [self.polynomial(other.scaled(coefficient)) for other in complements(monomial)]
        monomial, coefficient = self.rewrite(monomial, coefficient)
        candidates.append(self.plain(monomial, coefficient))
        for factor, exponent in monomial.powers:
            if factor.atom.kind == "fold" and exponent == 1:
                candidates.append(self.distributed(monomial, coefficient, factor))
        return self.best(candidates)

    def plain(self, monomial: Monomial, coefficient: Fraction) -> Signed:
        """The product of its factors; a sum that is divided by its count is a mean."""
        factors: Factors = []
        for sum_, count in averages(monomial):
            scale, node = self.factor(sum_)
            if isinstance(node, Reduced):
                factors.append((Averaged(node.operands, node.bound), ONE))
                coefficient *= scale
                monomial = monomial / Monomial.of({sum_: ONE}) * count
                break
        scale, others = self.factors(monomial)
        coefficient, factors = turned(coefficient * scale, [*factors, *others])
        sign = Fraction(-1 if coefficient < 0 else 1)
        return sign, product(abs(coefficient), factors)

    def factors(self, monomial: Monomial) -> tuple[Fraction, Factors]:
        """The factors of a product as nodes, and the number that they leave."""
        for mask, _ in monomial.powers:
            if "mask" in mask.atom.kind:
                return self.guarded(monomial, mask)
        coefficient, factors = ONE, list[tuple[Node, Fraction]]()
        for factor, exponent in monomial.powers:
            scale, node = self.factor(factor)
            if exponent.denominator == 1:
                coefficient *= scale**exponent.numerator
            else:
                node = signed(scale, node)
            factors.append((node, exponent))
        return coefficient, factors

    def guarded(self, monomial: Monomial, mask: Factor) -> tuple[Fraction, Factors]:
        """What runs along a condition stands under it: what is not chosen is never multiplied by zero."""
        along = set(mask.labels)
        under = {
            f: e for f, e in monomial.powers if f.labels and set(f.labels) <= along and f != mask
        }
        inner = Monomial.of(under)
        coefficient, factors = self.factors(monomial / inner / Monomial.of({mask: ONE}))
        if not under:
            return coefficient, [*factors, (self.indicator(mask), ONE)]
        scale, node = self.polynomial(Polynomial.of([(inner, ONE)]))
        sides = (node, Number("0")) if mask.atom.kind == "mask" else (Number("0"), node)
        chosen = Call("np.where", (self.condition(mask), *sides))
        return coefficient * scale, [*factors, (chosen, ONE)]

    def distributed(self, monomial: Monomial, coefficient: Fraction, fold_: Factor) -> Signed:
        """The smaller factors of a product taken into its sum: a number times each term may cost no array operation."""
        rest = monomial / Monomial.of({fold_: ONE})
        small = Monomial.of({f: e for f, e in rest.powers if len(f.labels) < len(fold_.labels)})
        inner = self.flat(unfolded(fold_).scaled(coefficient, small))
        large = [(self.factor(f), e) for f, e in (rest / small).powers]
        if any(scale != 1 for (scale, _), _ in large):
            return self.plain(monomial, coefficient)
        return ONE, product(ONE, [*((node, e) for (_, node), e in large), (inner, ONE)])

    def condition(self, mask: Factor) -> Node:
        condition = mask.atom.arguments[0].relabel(dict(enumerate(mask.labels)))
        return signed(*self.polynomial(condition))

    def indicator(self, mask: Factor) -> Node:
        return Indicator(self.condition(mask), mask.atom.kind == "mask", self.like)

    def rewrite(self, monomial: Monomial, coefficient: Fraction) -> tuple[Monomial, Fraction]:
        """The cheapest way to write a product that is reached by taking the best step each time."""
        cost = whole_cost(*self.plain(monomial, coefficient))
        while True:
            steps = [
                (whole_cost(*self.plain(m, coefficient * c)) + price, m, c)
                for price, c, m in self.steps(monomial)
            ]
            best = min(steps, key=lambda step: (step[0], step[1].key), default=None)
            if best is None or best[0] >= cost:
                return monomial, coefficient
            cost, monomial = best[0], best[1]
            coefficient *= best[2]

    def steps(self, monomial: Monomial) -> Iterator[tuple[int, Fraction, Monomial]]:
        yield from ((0, *step) for step in self.definitions.rewritten(monomial))
        yield from absorbed(monomial)

    def factor(self, factor: Factor) -> Signed:
        key = f"factor {factor.key}"
        if key not in self.found:
            self.found[key] = self.atom(factor)
        return self.found[key]

    def atom(self, factor: Factor) -> Signed:
        atom = factor.atom
        named = self.definitions.named_factor(factor) or self.definitions.named_sum(factor)
        if named is not None:
            return named
        match atom.kind:
            case "value":
                return ONE, self.reference(factor)
            case "number":
                return ONE, Number(atom.name)
            case "size":
                return ONE, Ref(f"@{atom.name}", (), -2, 1)
            case "mask" | "unmask":
                return ONE, self.indicator(factor)
            case "fold":
                return ONE, self.sum(unfolded(factor))
            case "sum":
                return self.summed(factor)
            case "opaque":
                return ONE, self.opaque(factor)
        mapping = dict(enumerate(factor.labels))
        arguments = [signed(*self.polynomial(a.relabel(mapping))) for a in atom.arguments]
        return ONE, Call(atom.name, tuple(arguments))

    def reference(self, factor: Factor) -> Ref:
        definition = self.definitions.by_name[factor.atom.name]
        return definition.ref(dict(zip(definition.factor.labels, factor.labels, strict=True)))

    def summed(self, factor: Factor) -> Signed:
        content, inside, bound = opened(factor)
        inside, coefficient = self.rewrite(inside, content)
        scale, factors = self.factors(inside)
        return coefficient * scale, summation(factors, tuple(bound))

    def opaque(self, factor: Factor) -> Node:
        template, *shapes = factor.atom.name.split("|")
        own, *frames = (laid_out(ast.literal_eval(shape)) for shape in shapes)
        labels = dict(
            zip(sorted(label for label in own if label is not None), factor.labels, strict=True)
        )
        layout = tuple(None if label is None else labels[label] for label in own)
        arrays = tuple(signed(*self.polynomial(a)) for a in factor.atom.arguments)
        return Opaque(template, arrays, tuple(frames), layout)


def laid_out(shape: tuple[int, ...]) -> Layout:
    """The labels of an array that stands alone."""
    return tuple(len(shape) - 1 - i if n != 1 else None for i, n in enumerate(shape))


def fold(value: Polynomial) -> Monomial:
    return Monomial.of({function("fold", "", (value,)): ONE})


def signed(coefficient: Fraction, node: Node) -> Node:
    """The number multiplied in."""
    if coefficient == 1:
        return node
    coefficient, ((node, _),) = turned(coefficient, [(node, ONE)])
    scaled = product(abs(coefficient), [(node, ONE)])
    return scaled if coefficient > 0 else total([(-ONE, scaled)])


def turned(coefficient: Fraction, factors: Factors) -> tuple[Fraction, Factors]:
    """A product in which no sum is negative throughout, and, where a difference can take it, no minus."""
    factors = [*factors]
    for i, (node, exponent) in enumerate(factors):
        if isinstance(node, Total) and exponent.numerator % 2:
            if node.is_negative or (coefficient < 0 and node.is_difference):
                coefficient = -coefficient
                factors[i] = (total([settled(-c, part) for c, part in node.terms]), exponent)
    return coefficient, factors


def settled(coefficient: Fraction, node: Node) -> Signed:
    """A term of a sum, without a minus where a difference in it can take it."""
    if not isinstance(node, Product):
        return coefficient, node
    sign, factors = turned(coefficient / abs(coefficient), [*node.factors])
    return abs(coefficient) * sign, replace(node, factors=tuple(factors))


def whole_cost(coefficient: Fraction, node: Node) -> int:
    return node.cost + (
        0 if abs(coefficient) == 1 else product(abs(coefficient), [(node, ONE)]).cost - node.cost
    )


def complements(monomial: Monomial) -> Iterator[Polynomial]:
    """b / (c + b) for a number c, as 1 - c / (c + b), which stays finite where b overflows."""
    for factor, exponent in monomial.powers:
        if factor.atom.kind != "fold" or exponent.numerator > 0 or exponent.denominator != 1:
            continue
        match sorted(unfolded(factor).terms, key=lambda term: len(term[0].powers)):
            case [(none, number), (b, scale)] if not none.powers:
                if all(monomial.exponents.get(f, 0) >= e > 0 for f, e in b.powers):
                    rest = monomial / b
                    whole = rest * Monomial.of({factor: ONE})
                    yield Polynomial.of([(whole, 1 / scale), (rest, -number / scale)])


def averages(monomial: Monomial) -> Iterator[tuple[Factor, Monomial]]:
    """The sums in a product that is divided by the number of what they sum, and those numbers."""
    for factor, exponent in monomial.powers:
        if factor.atom.kind == "sum" and exponent == 1:
            count = lengths(factor.atom.extents[len(factor.labels) :])
            if all(monomial.exponents.get(f, Fraction(0)) <= -e for f, e in count.powers):
                yield factor, count


def without(
    monomial: Monomial, kind: str, labels: tuple[int, ...], arguments: tuple[Polynomial, ...]
) -> Monomial | None:
    """The monomial without a condition, None if it does not stand under it."""
    mask = Factor(Atom(kind, "", arguments, ()), labels)
    for factor, _ in monomial.powers:
        if (factor.atom.kind, factor.labels, factor.atom.arguments) == (
            kind,
            mask.labels,
            arguments,
        ):
            return monomial / Monomial.of({factor: ONE})
    return None


def groupings(value: Polynomial) -> Iterator[tuple[Polynomial, Polynomial]]:
    """The ways to take a factor out of some terms of a sum but not of all."""
    for factor in {f: None for m, _ in value.terms for f, _ in m.powers}:
        for sign in (1, -1):
            group = [(m, c) for m, c in value.terms if m.exponents.get(factor, 0) * sign > 0]
            if 1 < len(group) < len(value.terms):
                rest = [term for term in value.terms if term not in group]
                yield Polynomial.of(group), Polynomial.of(rest)


def absorbed(monomial: Monomial) -> Iterator[tuple[int, Fraction, Monomial]]:
    """The ways to take a factor into a sum that it does not run along.

    e / s * sum(e * g) is sum(e / s * g). A number in a sum is worth it only if it spares more than itself.
    """
    for total_, exponent in monomial.powers:
        if total_.atom.kind != "sum" or exponent != 1:
            continue
        content, inside, bound = opened(total_)
        for factor, power in monomial.powers:
            if factor != total_ and set(factor.labels) <= set(total_.labels):
                moved = Monomial.of({factor: power})
                sign, whole = contraction(inside * moved, bound)
                yield (
                    0 if factor.labels else NUMBER_IN_SUM,
                    content * sign,
                    monomial / Monomial.of({total_: ONE}) / moved * Monomial.of({whole: ONE}),
                )
