"""When each stop will be reached, and how sure that is."""
