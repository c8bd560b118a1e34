"""Clients of language models; whatever goes wrong in them costs nothing but the words."""
