"""Routes of strategies. What does not belong here: anything but paths."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
