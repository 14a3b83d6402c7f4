"""The search index, made for the database at hand."""

import django.db.models.deletion
import hub.tenancy
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = (
    # Words come already cut and folded; the tokenizer only has to leave them whole.
    """CREATE VIRTUAL TABLE inbox_search USING fts5(
        words, columnsize=0,
        tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co'"
    )""",
    """CREATE TRIGGER inbox_search_forget AFTER DELETE ON inbox_searchdocument
       BEGIN DELETE FROM inbox_search WHERE rowid = OLD.id; END""",
)
POSTGRESQL = (
    "ALTER TABLE inbox_searchdocument ADD COLUMN words tsvector",
    "CREATE INDEX search_words ON inbox_searchdocument USING gin (words)",
)


def make_index(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


def drop_index(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TABLE inbox_search")


class Migration(migrations.Migration):
    initial = True

    dependencies = [("hub", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SearchDocument",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("source", models.UUIDField()),
                (
                    "contact",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="hub.contact"
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="hub.conversation",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="hub.organization",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("source", "organization"), name="search_source_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("contact__isnull", True), ("conversation__isnull", False)),
                            models.Q(("contact__isnull", False), ("conversation__isnull", True)),
                            _connector="OR",
                        ),
                        name="search_finds_one",
                    ),
                ],
            },
        ),
        migrations.RunPython(make_index, drop_index),
    ]
