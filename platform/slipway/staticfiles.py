"""Static files with hashed names, also inside ES modules' import statements."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):
    """Hashed names and compressed copies; imports between modules are rewritten to the hashed names."""

    support_js_module_import_aggregation = True
