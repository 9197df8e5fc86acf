"""Blocks of printed code in the files of users: their markers, and the digests in these."""
