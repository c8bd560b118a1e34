"""How good arrival times were: what was said at each moment of a day, against what happened."""
