"""Routing: which work waits where, and to whom it is offered, and why."""
