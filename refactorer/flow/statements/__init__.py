"""The user's text as statements with one operation of control flow each."""
