"""Addresses of accounts: those of allauth that Slipway uses, under the names that allauth looks them up by."""

from allauth.account import views as allauth
from django.urls import path

from slipway.accounts import views

urlpatterns = [
    path("guest/", views.start_as_guest, name="start_as_guest"),
    path("sign-in/", views.SignInView.as_view(), name="account_login"),
    path("sign-up/", views.SignUpView.as_view(), name="account_signup"),
    path("sign-out/", allauth.logout, name="account_logout"),
    path("password/", allauth.password_change, name="account_change_password"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
]
