"""The SMS connector."""
