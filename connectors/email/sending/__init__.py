"""What agents wrote as mail, handed to a mail server."""
