"""The generic channel: any system becomes one by a signed HTTP interface in both directions."""
