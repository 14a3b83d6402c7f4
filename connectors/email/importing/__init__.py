"""Old mail from elsewhere, into conversations."""
