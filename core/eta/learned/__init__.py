"""What driven legs and past attempts teach: the formula first, better with history."""
