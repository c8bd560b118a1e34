"""Public benchmark files: reading them, judging plans under their own rules, solving them."""
