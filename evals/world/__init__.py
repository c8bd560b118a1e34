"""The simulated city: it plays a day of which the system only sees facts and positions."""
