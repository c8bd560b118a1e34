"""How long a stop at a door takes: the depot's own figure, corrected by what doors showed."""
