import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import F


def count_as_let_in(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Take machines that run as let in when they began to: without it they would have to wait when they are woken."""
    awake = ["preparing", "ready", "suspending", "resuming", "resetting"]
    apps.get_model("sandboxes", "Sandbox").objects.filter(state__in=awake).update(admitted_at=F("state_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0002_proven"),
        ("sandboxes", "0003_snapshots"),
    ]

    operations = [
        migrations.AddField(
            model_name="engine",
            name="capacity",
            field=models.JSONField(
                blank=True, help_text="What its host had left when it was measured last.", null=True
            ),
        ),
        migrations.AddField(
            model_name="engine",
            name="measured_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="engine",
            name="seconds_per_start",
            field=models.FloatField(default=1.0, help_text="From one start's end to the next, when many wait."),
        ),
        migrations.AddField(
            model_name="engine",
            name="use",
            field=models.JSONField(blank=True, default=dict, help_text="What machines use of their limits, by image."),
        ),
        migrations.AddField(
            model_name="sandbox",
            name="admitted_at",
            field=models.DateTimeField(
                blank=True, help_text="When it was let in; empty while it waits and while it sleeps.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="sandbox",
            name="used_at",
            field=models.DateTimeField(
                auto_now_add=True,
                help_text="Last input, output or check; while it waits, when its learner was last there.",
            ),
        ),
        migrations.CreateModel(
            name="PlannedClass",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_at", models.DateTimeField()),
                ("learners", models.PositiveSmallIntegerField()),
                (
                    "lesson",
                    models.ForeignKey(
                        help_text="The lesson that it begins with.",
                        on_delete=django.db.models.deletion.CASCADE,
                        to="courses.lesson",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "planned classes",
                "ordering": ["starts_at"],
            },
        ),
        migrations.RunPython(count_as_let_in, migrations.RunPython.noop),
    ]
