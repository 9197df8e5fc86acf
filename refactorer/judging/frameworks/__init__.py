"""Code printed for another package, called as that package calls it."""
