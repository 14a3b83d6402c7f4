"""The e-mail connector's own addresses: imports of old mail, and the link that ends automatic mail."""

from django.urls import path, re_path

from connectors.email.importing import api as import_api
from connectors.email.sending.unsubscribe import unsubscribe_page

urlpatterns = [
    path("mail/unsubscribe/<str:token>", unsubscribe_page, name="mail-unsubscribe"),
    path("api/v1/channels/<uuid:channel_id>/imports", import_api.channel_imports, name="mail-imports"),
    path("api/v1/imports/<uuid:import_id>", import_api.mail_import, name="mail-import"),
    path("api/v1/imports/<uuid:import_id>/report.csv", import_api.report, name="mail-import-report"),
    re_path(
        r"^api/v1/imports/(?P<import_id>[0-9a-f-]{36})/(?P<act>pause|resume|cancel)$",
        import_api.change,
        name="mail-import-change",
    ),
]
