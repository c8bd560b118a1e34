"""LangGraph graphs that run the tools; they propose and never commit."""
