"""Core as typed functions behind one gateway."""
