"""What `make` runs: set-up of the environment, the front end, the locks and the tests."""
