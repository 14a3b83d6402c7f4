"""What is no letter of a person: delivery reports, receipts, and what machines answer."""
