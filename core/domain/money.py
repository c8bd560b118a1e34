"""Amounts of money in words."""


def euros(cents: int) -> str:
    """Return an amount as it stands in every sentence: `EUR 5.00`, `-EUR 0.40`."""
    sign = "-" if cents < 0 else ""
    return f"{sign}EUR {abs(cents) // 100}.{abs(cents) % 100:02d}"
