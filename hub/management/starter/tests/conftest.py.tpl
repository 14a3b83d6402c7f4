"""Lets the tests run without a hub's settings: with keys of their own, in a folder of their own."""

import base64
import os
import tempfile

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
os.environ.setdefault("HUB_DATA_DIR", tempfile.mkdtemp(prefix="omnihub-$kind-"))
os.environ.setdefault("HUB_SECRET_KEY", "for tests only, " * 4)
os.environ.setdefault("HUB_ENCRYPTION_KEYS", "k1:" + base64.b64encode(b"x" * 32).decode())

import django

django.setup()
