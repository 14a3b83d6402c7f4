"""How long has it taken, and when is it due? Working time, pauses and holidays, as pure arithmetic."""
