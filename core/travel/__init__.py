"""How long it takes to drive from here to there: one protocol, several providers."""
