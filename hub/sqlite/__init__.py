"""Django's SQLite backend with one addition: writers of a process queue up instead of polling."""
