"""What is done to a conversation in hand: used by actions, for agents, and by rules, for themselves."""
