"""Measurements: ours beside the floor of the same run (``python3 tests/run.py bench NAME``). Nothing here is a test."""
