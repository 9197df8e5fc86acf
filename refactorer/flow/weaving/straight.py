"""Straight lines: woven with the pullback that the rules make of them."""

from __future__ import annotations

from collections.abc import Sequence

from refactorer.flow.names import bound_by, loads, stores
from refactorer.flow.structure.regions import Straight, read_here, written
from refactorer.flow.structure.visits import Locals
from refactorer.flow.weaving.assembly import accumulated, with_names
from refactorer.flow.weaving.weaver import Weaver
from refactorer.flow.weaving.woven import State, Woven, without_cotangents
from refactorer.printing.pullback import pullback
from refactorer.syntax.expressions import code
from refactorer.syntax.renaming import renamed

PREALLOCATE = "Put its values into an array, made with np.zeros before"
NAMES = "Keep its parts under names of their own"
REACH = "Give values that do with --shape and --at"


def woven_straight(weaver: Weaver, region: Straight, after: State) -> Woven:
    """Return straight lines with the pullback that the rules make of them."""
    set_here = written(region)
    outs = [name for name in after if name in set_here]
    ins = inputs(weaver, region, outs)
    before = without_cotangents(after, set_here)
    if not outs or not ins:
        return Woven(region.statements, (), frozenset(), before)
    seen = weaver.visits.at.get(region.line, ())
    expect_arrays(weaver, region, ins, seen)
    held, turns = names_read_elsewhere(weaver, region, outs), bool(weaver.turning)
    pulled = weaver.blocks.pulled(region.statements, ins, outs, seen, held, turns=turns)
    short = pullback(pulled.backward, [code(g) for g in pulled.gradients])
    own = new_names(weaver, bound_by(pulled.forward) - set_here)
    own |= new_names(weaver, bound_by(short.statements))
    seeds = {s: weaver.cotangents[o] for s, o in zip(pulled.seeds, outs, strict=True)}
    names = {**own, **seeds}
    backward, state = accumulated(
        [renamed(s, names) for s in short.statements],
        {name: with_names(code(g), names) for name, g in zip(ins, short.results, strict=True)},
        before,
        weaver.cotangents,
    )
    forward = tuple(renamed(s, own) for s in pulled.forward)
    return Woven(forward, tuple(backward), weaver.read_by(backward), state)


def names_read_elsewhere(weaver: Weaver, region: Straight, outs: Sequence[str]) -> frozenset[str]:
    """Return the names that straight lines set and others read, beside those with a cotangent."""
    set_here, read = written(region), read_here(region)
    elsewhere = {name for name in set_here if weaver.readers[name] > (name in read)}
    return set_here & (weaver.asked | elsewhere.difference(outs))


def inputs(weaver: Weaver, region: Straight, outs: Sequence[str]) -> list[str]:
    """Return the names whose cotangents straight lines add to."""
    wanted = weaver.demand.through(region.statements, frozenset(outs))
    read: dict[str, None] = {}
    bound: set[str] = set()
    for statement in region.statements:
        read |= dict.fromkeys(sorted(loads(statement) - bound))
        bound |= stores(statement)
    return [name for name in read if name in wanted]


def expect_arrays(
    weaver: Weaver, region: Straight, ins: Sequence[str], seen: Sequence[Locals]
) -> None:
    """Raise Refused where no input reaches the lines, or what they read is a list or a tuple."""
    first = region.statements[0]
    if not seen:
        reason = "no input was found that reaches this line"
        raise weaver.refuse(first, reason, REACH, code="unreached")
    for name in ins:
        held = seen[-1].get(name)
        if isinstance(held, list | tuple):
            reason = f"the {type(held).__name__} `{name}` is read in a way not taken"
            raise weaver.refuse(first, reason, PREALLOCATE if isinstance(held, list) else NAMES)


def new_names(weaver: Weaver, made: frozenset[str]) -> dict[str, str]:
    """Return new names for what the rules have named, where their names are taken."""
    return {name: weaver.names.new(name) for name in sorted(made)}
