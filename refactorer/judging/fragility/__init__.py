"""Where a right gradient may still fail: zeros, ties, tiny and huge values."""
