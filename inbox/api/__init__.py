"""The HTTP API, version 1: routes over the inbox's actions and queries, and their document."""
