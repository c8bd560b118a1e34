"""Routes: an exact checker, insertion, engines and repair of a day in progress."""
