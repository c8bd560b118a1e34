"""The life of a model: from a ledger's own days, promoted by a person, renewed and watched."""
