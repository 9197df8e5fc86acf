"""Products of matrices, and linear algebra."""

from __future__ import annotations

from .program import Program, Shape, Value


def product(p: Program) -> Value:
    left, one = p.pick(1)
    pairs: list[Value] = []
    for right, other in p.values.items():
        pairs += products(left, one, right, other)
    if not pairs:
        raise LookupError
    return p.choice(*pairs)


def products(left: str, one: Shape, right: str, other: Shape) -> list[Value]:
    """Return the products that two values have."""
    found: list[Value] = []
    if len(other) == 1 and one[-1] == other[0]:
        found += [(f"{left} @ {right}", one[:-1]), (f"np.dot({left}, {right})", one[:-1])]
        found += [(f"np.einsum('...i,i->...', {left}, {right})", one[:-1])]
        found += [(f"np.inner({left}, {right})", one[:-1])]
    if len(one) == 2 and len(other) == 1 and one[0] == other[0]:
        found += [(f"{left}.T @ {right}", (one[1],)), (f"{right} @ {left}", (one[1],))]
        found += [(f"np.einsum('ij,i->j', {left}, {right})", (one[1],))]
        found += [(f"np.einsum('i,ij,ij->', {right}, {left}, {left})", ())]
    if len(other) == 2 and one[-1] == other[0]:
        found += [(f"{left} @ {right}", (*one[:-1], other[1]))]
        found += [(f"np.dot({left}, {right})", (*one[:-1], other[1]))]
        found += [(f"np.tensordot({left}, {right}, axes=1)", (*one[:-1], other[1]))]
    if len(one) == len(other) == 2 and one[-1] == other[1]:
        found += [(f"{left} @ {right}.T", (one[0], other[0]))]
        found += [(f"np.einsum('ij,kj->ik', {left}, {right})", (one[0], other[0]))]
        found += [(f"np.einsum('ij,kj->k', {left}, {right})", (other[0],))]
    if one == other and len(one) == 2:
        found += [(f"np.einsum('ij,ij->i', {left}, {right})", (one[0],))]
        found += [(f"np.einsum('ij,ij', {left}, {right})", ())]
    if len(one) == 3 and one == other:
        found += [(f"{left} @ np.swapaxes({right}, -1, -2)", (one[0], one[1], one[1]))]
        found += [(f"np.einsum('bij,bkj->bik', {left}, {right})", (one[0], one[1], one[1]))]
        found += [(f"np.einsum('bij,bij->b', {left}, {right})", (one[0],))]
    if len(one) == 3 and len(other) == 2 and one[-1] == other[0]:
        found += [(f"np.einsum('bij,jk->bik', {left}, {right})", (*one[:-1], other[1]))]
    if len(one) == len(other) == 2 and one[0] == other[0]:
        found += [(f"{left}.T @ {right}", (one[1], other[1]))]
        found += [(f"np.einsum('ij,ik->jk', {left}, {right})", (one[1], other[1]))]
        found += [(f"np.einsum('ij,ik->ijk', {left}, {right})", (*one, other[1]))]
    if len(one) == 2:
        found += [(f"np.einsum('ij->ji', {left})", one[::-1])]
        found += [(f"np.einsum('ij->j', {left})", one[1:])]
    if one == other:
        found += [(f"np.vdot({left}, {right})", ())]
    if len(one) == len(other) == 1:
        found += [(f"np.outer({left}, {right})", one + other)]
        found += [(f"np.einsum('i,j->ij', {left}, {right})", one + other)]
    return found


def linear_algebra(p: Program) -> Value:
    name, shape = p.pick(2)
    if len(shape) != 2:
        raise LookupError
    n = shape[1]
    sound = f"np.tanh({name}).T @ np.tanh({name}) + 3 * np.eye({name}.shape[1])"
    forms: list[Value] = [
        (f"np.linalg.inv({sound})", (n, n)),
        (f"np.linalg.slogdet({sound})[1]", ()),
        (f"np.log(np.linalg.det({sound}))", ()),
        (f"np.linalg.cholesky({sound})", (n, n)),
        (f"np.linalg.eigvalsh({sound}).sum()", ()),
        (f"np.trace({sound})", ()),
    ]
    for other, sizes in p.values.items():
        if sizes and sizes[0] == n and len(sizes) < 3:
            forms.append((f"np.linalg.solve({sound}, {other})", sizes))
    return p.choice(*forms)
