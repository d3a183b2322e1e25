import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("grading", "0002_predictions_and_points"),
        ("sandboxes", "0003_snapshots"),
    ]

    operations = [
        migrations.CreateModel(
            name="SnapshotSetUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "parameters",
                    models.JSONField(
                        default=dict, help_text="The attempt's, with what setup had noted of that machine."
                    ),
                ),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="snapshot_set_ups",
                        to="grading.attempt",
                    ),
                ),
                (
                    "snapshot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="set_ups", to="sandboxes.snapshot"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("snapshot", "attempt"), name="one_set_up_per_snapshot_and_attempt")
                ],
            },
        ),
    ]
