"""One folder per channel, each ignorant of the others."""
