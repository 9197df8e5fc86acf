"""Calling a user's function, and leaving the process as it was."""
