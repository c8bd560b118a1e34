"""The console; it speaks HTTP to the API and imports nothing of the house."""
