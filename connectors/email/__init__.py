"""The e-mail channel: reading any mail, receiving by SMTP, sending through a relay."""
