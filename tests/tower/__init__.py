"""The Tuesday of the first evaluation, built small, for the tower and for resolving."""
