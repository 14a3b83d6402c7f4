"""Where the app is: any address below /inbox, /supervisor and /settings is a place in it."""

from django.urls import path

from inbox.pages.images import image
from inbox.pages.views import inbox, settings, signed_in, supervisor

urlpatterns = [
    path("images/<str:token>", image, name="image"),
    path("inbox", inbox, name="inbox"),
    path("inbox/", inbox),
    path("inbox/<path:place>", inbox),
    path("supervisor", supervisor, name="supervisor"),
    path("supervisor/", supervisor),
    path("supervisor/<path:place>", supervisor),
    path("settings/channels/signed-in", signed_in, name="signed-in"),
    path("settings", settings, name="settings"),
    path("settings/", settings),
    path("settings/<path:place>", settings),
]
