"""The application's addresses that lead to previews."""

from django.urls import path

from slipway.preview import views

_PLACE = "<uuid:sandbox_id>/<int:port>/"

urlpatterns = [
    path(_PLACE, views.open_preview, name="open_preview"),
    path(_PLACE + "ticket/", views.ticket, name="preview_ticket"),
    path(_PLACE + "share/", views.share, name="share_preview"),
    path(_PLACE + "withdraw/", views.withdraw, name="withdraw_preview"),
]
