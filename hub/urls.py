"""Every HTTP address: the floor's own, then what rooms and connectors mount."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from hub import registry
from hub.health import healthz, readyz
from hub.hooks import hook, shared_hook
from hub.metrics import metrics


def _mounted() -> list[URLPattern | URLResolver]:
    """What connectors serve comes first: rooms answer for all that is left below their prefixes."""
    found = sorted(registry.modules("urls"), key=lambda mounted: mounted[0] in settings.ROOMS)
    return [pattern for _, module in found for pattern in module.urlpatterns]


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics),
    path("favicon.ico", RedirectView.as_view(url="/static/icon.svg", permanent=True)),
    path("hooks/<slug:kind>/", shared_hook),
    path("hooks/<slug:kind>/<str:channel_id>/", hook),
    path("hooks/<slug:kind>/<str:channel_id>/<path:rest>", hook),
    path("", include("hub.accounts.urls")),
    *_mounted(),
]

handler400 = "hub.failures.bad_request"
handler403 = "hub.failures.forbidden"
handler404 = "hub.failures.not_found"
handler429 = "hub.failures.too_many"
handler500 = "hub.failures.server_error"
