"""Announces the e-mail connector to Django."""

from django.apps import AppConfig


class EmailConfig(AppConfig):
    """Has models of its own for mail that is brought from elsewhere."""

    name = "connectors.email"
    label = "email"
    verbose_name = "E-mail"
