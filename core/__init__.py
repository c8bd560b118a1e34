"""Everything deterministic: the model of a day, its ledger, routing, prices and policy."""
