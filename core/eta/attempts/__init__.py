"""The chance that a visit fails, by hour of the day, from what a depot's own attempts showed."""
