"""Watches the day: detectors, and clustering of what they find into cases."""
