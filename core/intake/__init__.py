"""Reads a depot's own export: a mapping says which column means what."""
