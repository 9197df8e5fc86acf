"""The whole callback, cleaned up: copies, names and rebindings that nothing needs are removed.

Each file is one such clean-up, from statements to statements of the same meaning.
"""
