"""The floor of the house: nouns, the connector port, jobs, accounts, settings and the `hub` command."""

__version__ = "0.1.0"
