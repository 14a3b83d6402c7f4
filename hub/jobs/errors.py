"""What handlers raise to steer their job, and what the table raises when a claim is no longer valid."""

from __future__ import annotations


class Retry(Exception):
    """Raised by a handler: roll back, and try this job again after some seconds.

    `counts=False` waits without spending an attempt, for conditions that are nobody's failure, such as a
    provider's rate limit. `reason` is shown to operators: no message content, no addresses.
    """

    def __init__(self, after: float, reason: str = "", *, counts: bool = True) -> None:
        super().__init__(reason or f"again in {after:g} s")
        self.after = after
        self.reason = reason
        self.counts = counts


class LeaseLost(Exception):
    """The job was taken over by another worker; what this one did with it must not be committed."""


class UnknownTask(LookupError):
    """No handler of this name is registered in this process."""
