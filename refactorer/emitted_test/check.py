"""From a draft to its test: at which cases it passes is tried before it is written."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from refactorer.arguments.plans import AT, FLOAT, KEPT, Plan, draw, literal
from refactorer.draft import Draft
from refactorer.emit import Layout
from refactorer.emitted_test.arguments import argument, read_sizes, size_name
from refactorer.emitted_test.text import TestContents
from refactorer.errors import Refused, Usage
from refactorer.execution.evaluation import fresh, quiet
from refactorer.judging.cases import Case, cases
from refactorer.judging.emitted import defined
from refactorer.judging.rehearsal import rehearsed
from refactorer.request import FRAMEWORKS

MOST = 8  # cases of a test
BOTH, DOUBLE = ("float64", "float32"), ("float64",)


def with_test(draft: Draft, module: str, layout: Layout) -> Draft:
    """Return a draft with a test, which imports the code from a module, or holds it if "".

    Cases at which it fails are left out: at some the function does not run, or central differences
    are too rough. Refused if it passes nowhere.
    """
    if draft.style in FRAMEWORKS:
        raise Usage(f"--emit-test does not go with --style {draft.style}", OTHER_STYLE)
    if not draft.plans:  # the judge will not pass it
        return draft
    page = page_of(draft, module)
    for dtypes, keeps in ((BOTH, True), (BOTH, False), (DOUBLE, False)):
        tried = replace(page, dtypes=dtypes, keeps_dtype=keeps)
        runs = [*rehearsed(tried.text, draft.text, module)]
        failed = [given["case"] for given, failure in runs if failure]
        passing = [case for case in page.cases if case not in failed]
        if passing:
            text = layout.format(replace(tried, cases=passing[:MOST]).text)
            return replace(draft, test=text, tested=module)
    reason = f"no test of {draft.printed} could be written: {runs[0][1]}"
    raise Refused(reason, "Leave out --emit-test")


OTHER_STYLE = "Give it with callback, callbacks, grad or value-and-grad"


def page_of(draft: Draft, module: str) -> TestContents:
    """Return the page of a draft's test, at all cases that can be written down."""
    plan = Plan.from_json(draft.plans[0])
    inputs = {i.name: argument(i) for i in plan.inputs if i.kind != KEPT or i.text}
    rows = [case_row(case, plan) for case in cases([plan], draft.wrt) if is_plain(case, plan)]
    sizes = read_sizes([*inputs.values()], [*rows[0][0]])
    own = draft.name if draft.style == "grad" else ""
    function = defined(draft.module, draft.name)
    return TestContents(
        code_of(draft, module),
        draft.printed,
        draft.style,
        draft.wrt,
        own,
        seed_of(draft) if own else "",
        is_tuple(function, plan, draft.seed),
        [size_name(name) for name in sizes],
        inputs,
        distinct(
            {size_name(name): found[name] for name in sizes} | changes for found, changes in rows
        ),
    )


def is_plain(case: Case, plan: Plan) -> bool:
    """Tell whether a case can be said by sizes and literals: no other kinds of values."""
    pairs = zip(case.plan.inputs, plan.inputs, strict=True)
    return not case.edge and all(
        one.kind == other.kind != AT or one == other for one, other in pairs
    )


def case_row(case: Case, plan: Plan) -> tuple[dict[str, int], dict[str, Any]]:
    """Return the sizes of a case, and what is given in place of drawn arguments."""
    pairs = zip(case.plan.inputs, plan.inputs, strict=True)
    literals = {
        one.name: literal(one.text)
        for one, other in pairs
        if one != other and one.kind in (KEPT, FLOAT)
    }
    return dict(case.sizes), {**literals, **case.changes}


def distinct(rows: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows, each once."""
    found: list[dict[str, Any]] = []
    for one in rows:
        if one not in found:
            found.append(one)
    return found


def is_tuple(function: Any, plan: Plan, seed: int) -> bool:
    """Tell whether the output has several parts."""
    for case in cases([plan], ()):
        with quiet(), suppress(Exception):  # the user's own, at these sizes
            given = draw(case.plan, case.sizes, np.random.default_rng(seed))
            return isinstance(fresh(function)(given), tuple | list)
    return False


def seed_of(draft: Draft) -> str:
    """Return the parameter that takes the cotangent: the user's function has it not."""
    own, printed = (
        parameters(source, name)
        for source, name in ((draft.module, draft.name), (draft.text, draft.printed))
    )
    return next(name for name in printed if name not in own)


def parameters(source: str, name: str) -> Sequence[str]:
    """Return the names of the parameters of a function in a source."""
    (function,) = (
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name == name
    )
    return [node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)]


def code_of(draft: Draft, module: str) -> str:
    """Return the code that a test holds: the printed one or its import, and the user's function.

    The latter only where the printed code returns gradients alone. Usage where both define a name.
    """
    code = f"from {module} import {draft.printed}\n" if module else draft.text
    if draft.style != "grad":
        return code
    said = {ast.unparse(node) for node in ast.parse(code).body}
    own = [node for node in ast.parse(draft.module).body if ast.unparse(node) not in said]
    if both := defined_in(ast.parse(code).body) & defined_in(own):
        reason = f"the printed code and your function both define {', '.join(sorted(both))}"
        raise Usage(reason, "Write the code to a file with -o, and the test imports it")
    parts = [ast.get_source_segment(draft.module, node) or "" for node in own]
    return "\n\n".join([code, *parts])


def defined_in(body: Sequence[ast.stmt]) -> set[str]:
    """Return the names of the functions and constants that statements define."""
    functions = {n.name for n in body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    stored = {
        node.id
        for statement in body
        if not isinstance(statement, ast.FunctionDef | ast.ClassDef)
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return functions | stored
