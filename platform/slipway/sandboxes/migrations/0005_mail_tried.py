from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sandboxes", "0004_admission"),
    ]

    operations = [
        migrations.AddField(
            model_name="keeping",
            name="mail_tried_at",
            field=models.DateTimeField(blank=True, help_text="When that was tried last and failed.", null=True),
        ),
    ]
