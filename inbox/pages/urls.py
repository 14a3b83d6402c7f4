"""Where the inbox is: any address below /inbox names a view and a conversation to the app."""

from django.urls import path

from inbox.pages.views import inbox

urlpatterns = [
    path("inbox", inbox, name="inbox"),
    path("inbox/", inbox),
    path("inbox/<path:place>", inbox),
]
