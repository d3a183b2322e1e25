"""Addresses of the API."""

from django.urls import path

from slipway.api.routes import api

urlpatterns = [path("v1/", api.urls)]
