"""Every address of the inbox."""

from inbox.api.urls import urlpatterns as api
from inbox.pages.urls import urlpatterns as pages

urlpatterns = [*api, *pages]
