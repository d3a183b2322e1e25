from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import F


def note_turns(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Let machines that are awake have had their turn when they were let in."""
    apps.get_model("sandboxes", "Sandbox").objects.update(turn_at=F("admitted_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("sandboxes", "0005_mail_tried"),
    ]

    operations = [
        migrations.AddField(
            model_name="sandbox",
            name="turn_at",
            field=models.DateTimeField(
                blank=True, help_text="When it was let in last, also while it waits or sleeps again.", null=True
            ),
        ),
        migrations.AddField(
            model_name="sandbox",
            name="changed_at",
            field=models.DateTimeField(
                blank=True, help_text="When another machine, which had room, was put to sleep for it last.", null=True
            ),
        ),
        migrations.AddField(
            model_name="sandbox",
            name="awaited_at",
            field=models.DateTimeField(
                blank=True, help_text="When somebody who is not its learner waited for it last.", null=True
            ),
        ),
        migrations.AddIndex(
            model_name="sandbox",
            index=models.Index(fields=["turn_at"], name="sandbox_turn_at"),
        ),
        migrations.AddIndex(
            model_name="sandbox",
            index=models.Index(fields=["requested_at"], name="sandbox_requested_at"),
        ),
        migrations.RunPython(note_turns, migrations.RunPython.noop),
    ]
