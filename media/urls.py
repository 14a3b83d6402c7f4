"""Where files are fetched."""

from django.urls import path

from media import views

urlpatterns = [path("files/<str:token>/<str:filename>", views.file, name="file")]
