"""Where does it belong? Finds the conversation that a message goes on in, and says why."""

from inbox.threading.decision import Decision
from inbox.threading.references import reference_of, references_of
from inbox.threading.threads import Threads

__all__ = ["Decision", "Threads", "reference_of", "references_of"]
