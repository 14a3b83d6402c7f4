"""The chat's pages, mounted by the hub: the script that sites embed, and a site that does."""

from django.urls import path

from connectors.chat import views

urlpatterns = [
    path("widget.js", views.widget_script, name="widget"),
    path("demo/site", views.demo_site, name="demo-site"),
]
