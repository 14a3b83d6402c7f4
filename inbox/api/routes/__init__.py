"""The routes, one module a subject; each parses, asks the inbox, and answers with its shapes."""
