"""Rewrites expressions in which functions are values into calls of these functions."""

from __future__ import annotations

import libcst as cst

from refactorer.callables.applied import applied
from refactorer.callables.displays import looked_up, without_stars
from refactorer.callables.reducing import Reducing
from refactorer.callables.repeats import comprehended


class Expressions(Reducing):
    """Replaces calls of functions that are values by what they return, comprehensions included."""

    def applied(self, call: cst.Call) -> cst.BaseExpression:
        return applied(self, call)

    def visit_ListComp(self, node: cst.ListComp) -> bool:
        return False

    def leave_ListComp(
        self, original_node: cst.ListComp, updated_node: cst.ListComp
    ) -> cst.BaseExpression:
        return comprehended(self, original_node)

    def visit_GeneratorExp(self, node: cst.GeneratorExp) -> bool:
        return False

    def leave_GeneratorExp(
        self, original_node: cst.GeneratorExp, updated_node: cst.GeneratorExp
    ) -> cst.BaseExpression:
        return comprehended(self, original_node)

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        display = updated_node.value
        match updated_node.slice:
            case [cst.SubscriptElement(slice=cst.Index(value=key))] if self.functions.has_functions(
                display
            ) and not self.functions.is_function(display):
                return looked_up(self, display, key)
        return updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        targets = self.targets if original_node is self.whole else ()
        return applied(
            self, updated_node.with_changes(args=without_stars(updated_node.args)), targets
        )
