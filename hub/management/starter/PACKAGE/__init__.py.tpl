"""$label as a channel of Omnihub."""
