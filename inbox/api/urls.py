"""Where the API, its document and its reference page are."""

from django.urls import include, path, re_path

from inbox.api import pages, service
from inbox.api.asyncapi import asyncapi
from inbox.api.edge import nowhere

urlpatterns = [
    path("api/docs", pages.reference, name="api-docs"),
    path("api/v1/asyncapi.json", asyncapi, name="asyncapi"),
    path("api/v1/", include((service.urlpatterns(), "api-v1"))),
    re_path(r"^api(?:/|$)", nowhere),
]
