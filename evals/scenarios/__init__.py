"""What goes wrong on a simulated day, as data."""
