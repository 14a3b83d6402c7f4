"""The connector's jobs, registered where they are written."""

from connectors.email.fetching.sent_folder import save_sent
from connectors.email.importing.actions import import_step

__all__ = ["import_step", "save_sent"]
