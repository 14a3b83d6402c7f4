"""Providers on loopback that behave as badly as real ones, and webhooks signed with the real algorithms."""
