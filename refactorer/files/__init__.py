"""The files of users: how they are read, which functions of them are meant, and blocks in them."""
