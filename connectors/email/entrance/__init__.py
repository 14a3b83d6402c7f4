"""The mail entrance: an SMTP server that acknowledges what is committed."""
