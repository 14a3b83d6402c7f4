"""Sign-in, sign-out and passwords of the people who work here."""
