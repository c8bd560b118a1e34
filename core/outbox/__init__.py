"""Words that leave the house: templates, holding, sending once."""
