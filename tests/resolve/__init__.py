"""Options, prices and proposals of small days."""
