"""The test that goes beside the printed code, in NumPy and pytest alone."""
