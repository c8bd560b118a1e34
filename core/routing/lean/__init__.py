"""The plain problem as public files pose it, searched with few instructions a stop.

One depot, one kind of vehicle, hard windows, one load, cost apart from time: what `kernel` knows
beyond that (rests, reloads, ranges, who may serve whom) would cost half the rounds here.
"""
