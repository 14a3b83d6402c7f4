"""What a writer wrote now, and what of a mail is earlier mail or a signature."""
