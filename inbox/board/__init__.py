"""The supervisors' live board: figures folded from the event log as it grows, in every process alike."""
