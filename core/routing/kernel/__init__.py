"""Ruin and recreate, compiled: the search behind a plan. Only `engine_kernel` imports it."""
