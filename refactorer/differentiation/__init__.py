"""What tangent is given of a function, and how its text is put together again.

`differentiate` runs tangent, which `engine` imports. Since tangent takes long for long functions,
it is given one line of each form (`line_forms`, put together again by `accumulation`), and only
lines that carry a cotangent (`constant_part`). `culprit` finds the operation at fault where it
gives up.
"""
