"""The callback, once it is whole: copies, names and rebindings that nothing needs."""
