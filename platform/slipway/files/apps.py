from django.apps import AppConfig


class FilesConfig(AppConfig):
    """The files of a machine, for people: a tree, an editor, up and down."""

    name = "slipway.files"
