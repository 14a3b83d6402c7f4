"""Conditions: what rules, promises and their editors ask of a conversation, its customer and a message.

A document is {"all": [c, …]} or {"any": [c, …]}; groups stand in groups up to `DEEPEST`, and a single one is
{"field", "op", "value"}. The empty document holds always. To evaluate one is pure: it asks a `Subject`, of
which `Surroundings` makes many with few queries.
"""

from inbox.conditions.checking import problems
from inbox.conditions.evaluation import Verdict, evaluate
from inbox.conditions.fields import FIELDS, OPERATORS, Field
from inbox.conditions.language import DEEPEST, MOST, fields_in, top_level
from inbox.conditions.subject import Subject
from inbox.conditions.surroundings import (
    Case,
    Surroundings,
    asks_about_messages,
    case_of,
    cases_of,
    latest_messages,
    subjects_of,
)
from inbox.conditions.vocabulary import vocabulary
from inbox.conditions.words import in_words

__all__ = [
    "DEEPEST",
    "FIELDS",
    "MOST",
    "OPERATORS",
    "Case",
    "Field",
    "Subject",
    "Surroundings",
    "Verdict",
    "asks_about_messages",
    "case_of",
    "cases_of",
    "evaluate",
    "fields_in",
    "in_words",
    "latest_messages",
    "problems",
    "subjects_of",
    "top_level",
    "vocabulary",
]
