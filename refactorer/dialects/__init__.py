"""What printed code is held to where plain NumPy is not all: other array modules, Numba."""
