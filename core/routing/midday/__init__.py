"""Ruin and recreate for the rest of a day, compiled; only `engine_midday` imports it.

Routes under way, goods on board or to be fetched, soft windows, rests, a price for each moved stop.
"""
