"""Which carrier takes an order that our own fleet cannot, at which price."""
