"""Where printed lines are cut, joined and put, so that each is short and reads well."""
