#!/usr/bin/env python3
"""Django's usual door: `python manage.py <command>`, the same as `hub manage <command>`."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    execute_from_command_line(sys.argv)
