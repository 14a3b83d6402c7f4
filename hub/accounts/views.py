"""The pages of sign-in, sign-out and of changing a password."""

from typing import Any

from allauth.account.views import LoginView, LogoutView, PasswordChangeView
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator

from hub.accounts.forms import ChangePasswordForm, SignInForm

PAUSED = "too_many_login_attempts"


class SignInView(LoginView):
    """Sign in with e-mail and password; `next` leads to a page of this host only."""

    form_class = SignInForm
    template_name = "accounts/sign_in.html"

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        """The page again, with what was wrong in plain words; 429 while tries are paused."""
        response = super().form_invalid(form)
        if form.has_error("__all__", PAUSED):
            response.status_code = 429
            response["Retry-After"] = "30"
        return response


class SignOutView(LogoutView):
    """Sign out by POST; GET asks first."""

    template_name = "accounts/sign_out.html"


@method_decorator(login_required, name="dispatch")
class ChangePasswordView(PasswordChangeView):
    """Change the password; every other session of the user ends."""

    form_class = ChangePasswordForm
    template_name = "accounts/change_password.html"
    success_url = "/account/password?changed=1"

    def get_default_success_url(self) -> str:
        """Back to the same page, which then says that it worked."""
        return self.success_url

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether the password was changed just now."""
        return super().get_context_data(**kwargs) | {"changed": "changed" in self.request.GET}


def front_door(request: HttpRequest) -> HttpResponseBase:
    """The inbox for those who are signed in, else the sign-in page."""
    if request.user.is_authenticated:
        return redirect("/inbox")
    return SignInView.as_view()(request)
