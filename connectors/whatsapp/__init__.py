"""WhatsApp: people write to a business's number, by Meta's Cloud API."""
