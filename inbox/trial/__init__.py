"""Trying settings before they count: rehearsed arrivals, policy tests, and backtests over the past."""
