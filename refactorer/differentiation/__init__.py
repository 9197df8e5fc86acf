"""What tangent is given of a function, and how its text is put together again.

`differentiate` is the one file that runs tangent. Since tangent takes long for long functions, it
is given one line of each form (`line_forms`), and only lines that carry a cotangent
(`constant_part`). `culprit` finds the operation at fault where it gives up.
"""
