"""From the wire to the screen and back, over real sockets, against a hub in a process of its own."""
