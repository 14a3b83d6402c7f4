"""The pages of the inbox: one shell that the agent app fills."""
