"""Telegram: people write to a bot, by webhook or by polling."""
