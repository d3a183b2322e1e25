from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sandboxes", "0007_policies"),
    ]

    operations = [
        migrations.RemoveField(model_name="engine", name="socket"),
        migrations.AddField(
            model_name="engine",
            name="state",
            field=models.CharField(
                choices=[("joining", "Joining"), ("open", "Open"), ("draining", "Draining")],
                default="open",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="engine",
            name="drains_at",
            field=models.DateTimeField(
                blank=True,
                help_text="From then on its machines are put to sleep and moved to other engines.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="engine",
            name="lost_at",
            field=models.DateTimeField(
                blank=True, help_text="Since when it is known not to answer; empty while it does.", null=True
            ),
        ),
        migrations.AddField(
            model_name="engine",
            name="images",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="Tags of the images that the site gave it; empty for the site's own.",
            ),
        ),
    ]
