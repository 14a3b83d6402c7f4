"""The event log's append and replay, the fan-out to sockets, presence, and the sockets' protocol."""
