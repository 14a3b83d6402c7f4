"""SMS and MMS by Twilio: a number, a short code or a messaging service."""
