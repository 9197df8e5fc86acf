"""Gradients written by hand: how they are called, whether they are right, and if not, how.

`examine.examined` is where it starts. `hand_written` finds out in which form the code is and calls
it, `trials` runs it at samples of the user's function, and `findings` tells for each input whether
its gradient is right. If it is wrong, `diagnosis` looks for a cause in the numbers alone, and
`mutations` for the mistake that, made in our code, gives the same wrong numbers.
"""
