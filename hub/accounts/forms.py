"""The forms of sign-in and of changing a password."""

from typing import Any

from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm
from django import forms


class SignInForm(LoginForm):
    """E-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label, password.label, password.help_text = "E-mail", "Password", ""
        login.error_messages = {
            "required": "Enter your e-mail address.",
            "invalid": "This is not an e-mail address.",
        }
        password.error_messages = {"required": "Enter your password."}
        _dress(login, autocomplete="username")
        _dress(password, autocomplete="current-password")


class ChangePasswordForm(AllauthChangePasswordForm):
    """The present password once, the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {
            "oldpassword": "Present password",
            "password1": "New password",
            "password2": "New password again",
        }
        for name, label in names.items():
            field = self.fields[name]
            field.label, field.help_text = label, ""
            _dress(field, autocomplete="current-password" if name == "oldpassword" else "new-password")


def _dress(field: forms.Field, autocomplete: str) -> None:
    """Give the input the house's look; labels stand above it, never inside."""
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs |= {"class": "input", "autocomplete": autocomplete}
