"""What the machine may do alone: typed rules and a pure judge."""
