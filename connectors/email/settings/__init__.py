"""What an administrator is asked about a mailbox, and whether the answers can work."""
