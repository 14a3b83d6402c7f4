"""Tests of the inbox's pages."""
