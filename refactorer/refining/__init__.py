"""The rules, applied to an adjoint one after the other, each step judged.

`catalog` loads the rules, `stages` applies them, and `step_judge` tells whether a step is right.
"""
