"""Mailboxes on other servers: IMAP and POP3, and how we sign in to them."""
