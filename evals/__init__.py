"""The simulated world, its arms, scores and benchmarks."""
