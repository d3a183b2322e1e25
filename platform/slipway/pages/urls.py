"""Addresses of the pages."""

from django.urls import path

from slipway.pages import actions, certificates, keeping, recordings, searching, views

_LESSON = "courses/<slug:course>/<slug:lesson>/"
_EXERCISE = _LESSON + "exercises/<slug:exercise>/"

urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    path("progress/", views.progress, name="progress"),
    path("choose/theme/", views.choose_theme, name="choose_theme"),
    path("choose/language/", views.choose_language, name="choose_language"),
    path("choose/interface/", views.choose_interface, name="choose_interface"),
    path("search/", searching.search_lessons, name="search"),
    path("certificates/<uuid:certificate_id>/", certificates.verify, name="verify_certificate"),
    path("courses/<slug:course>/", views.course_map, name="course"),
    path("certificates/of/<slug:course>/", certificates.certificate, name="certificate"),
    path("courses/<slug:course>/notes.md", keeping.export, name="export_notes"),
    path(_LESSON, views.show_lesson, name="lesson"),
    path(_LESSON + "recordings/<str:name>", recordings.recording, name="recording"),
    path(_LESSON + "machine/open/", actions.open_machine, name="open_machine"),
    path(_LESSON + "machine/retry/", actions.retry_machine, name="retry_machine"),
    path(_LESSON + "machine/extend/", actions.extend_machine, name="extend_machine"),
    path(_LESSON + "machine/suspend/", actions.suspend_machine, name="suspend_machine"),
    path(_LESSON + "machine/reset/", actions.reset_machine, name="reset_machine"),
    path(_LESSON + "machine/go-back/", actions.go_back, name="go_back"),
    path(_LESSON + "set-up/", actions.set_up_again, name="set_up_again"),
    path(_LESSON + "place/", keeping.place, name="keep_place"),
    path(_LESSON + "sections/<slug:section>/note/", keeping.note, name="keep_note"),
    path(_LESSON + "sections/<slug:section>/read/", keeping.read, name="mark_read"),
    path(_LESSON + "start-over/", actions.start_over, name="start_over"),
    path(_EXERCISE + "check/", actions.check, name="check_exercise"),
    path(_EXERCISE + "answer/", actions.answer, name="answer_exercise"),
    path(_EXERCISE + "hint/", actions.hint, name="open_hint"),
    path(_EXERCISE + "solution/", actions.solution, name="open_solution"),
    path(_EXERCISE + "explain/", actions.explain, name="explain_exercise"),
    path(_EXERCISE + "skip/", actions.skip, name="skip_exercise"),
    path(_EXERCISE + "unskip/", actions.unskip, name="unskip_exercise"),
    path(_EXERCISE + "reset/", actions.reset_exercise, name="reset_exercise"),
]
