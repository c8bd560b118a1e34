"""How a route that is under way goes on: pace from what it showed, tails from whole routes."""
