"""Frozen values that the whole house shares; no framework, no clock, no randomness."""
