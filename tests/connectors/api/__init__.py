"""Tests of the generic channel."""
