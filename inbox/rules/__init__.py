"""Rules and macros: what the hub does by itself, and what agents do with one choice."""
