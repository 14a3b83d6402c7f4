"""Slack: people of a workspace write to an app, directly, by mention, or in a channel that it is in."""
