"""The Django application of the floor: once all models are there, jobs' handlers register."""

from django.apps import AppConfig


class HubConfig(AppConfig):
    """Imports every room's `tasks`, so that a worker knows each job by its name."""

    name = "hub"

    def ready(self) -> None:
        """Register the handlers of jobs that rooms and connectors declare in `tasks.py`."""
        from hub import registry

        for _ in registry.modules("tasks"):
            pass
