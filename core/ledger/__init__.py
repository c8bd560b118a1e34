"""The day's truth: events, canonical bytes, the hash chain, and the fold into a Day."""
