"""What must survive a crash: the hub is killed and the books are checked."""
