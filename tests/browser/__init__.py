"""Tests that drive Chromium against a running hub."""

import shutil

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
"""The browser's program, if the machine has one."""

PATIENCE_MS = 30_000
