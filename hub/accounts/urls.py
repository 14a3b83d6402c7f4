"""Where the pages of accounts are; names are those that django-allauth looks up."""

from django.urls import path

from hub.accounts.views import ChangePasswordView, SignInView, SignOutView, front_door

urlpatterns = [
    path("", front_door, name="front_door"),
    path("sign-in", SignInView.as_view(), name="account_login"),
    path("sign-out", SignOutView.as_view(), name="account_logout"),
    path("account/password", ChangePasswordView.as_view(), name="account_change_password"),
]
