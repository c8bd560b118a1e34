"""FastAPI: facts in, cases and proposals out, decisions by people."""
