"""Routes of users. What does not belong here: anything but paths."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
