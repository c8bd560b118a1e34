"""Benchmarks: our engines beside what people use, each measured in one run and judged the same."""
