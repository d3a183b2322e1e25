import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def note_titles(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write the course's title on certificates that were issued without it."""
    for row in apps.get_model("study", "Certificate").objects.select_related("course"):
        row.course_title = row.course.title
        row.save(update_fields=["course_title"])


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0003_passage"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("study", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="certificate",
            name="course_title",
            field=models.JSONField(default=dict, help_text="As the course was called then: text by language tag."),
            preserve_default=False,
        ),
        migrations.RunPython(note_titles, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="certificate",
            name="course",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="certificates",
                to="courses.course",
            ),
        ),
        migrations.AlterField(
            model_name="certificate",
            name="learner",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="certificates",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
