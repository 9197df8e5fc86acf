"""Loops, branches and calls: the straight lines between them are differentiated one by one."""
