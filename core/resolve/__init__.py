"""What could be done about a case: playbooks, simulation, prices, ranking."""
