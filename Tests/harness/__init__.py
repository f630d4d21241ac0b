"""Starts and drives real stacks for the end-to-end tests, the chaos runs and the measurements."""
