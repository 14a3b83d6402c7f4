"""The stories of the demo: read from TOML, told with different people, orders and days."""

import random
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hub.clock import now
from hub.models import Role
from inbox.demo.organizations import Cast

_FOLDER = Path(__file__).parent / "stories"
_DAYS = 30
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that somebody says: `by` is customer, agent or note; `wait` comes before it."""

    by: str
    text: str
    wait: timedelta
    channel: str = ""
    """The kind of channel to go on by, where that is another one than before."""
    who: str = ""
    """The login of a colleague who says it instead of the story's agent."""
    files: tuple[str, ...] = ()
    mail: str = ""
    """A mail instead of a text: its bytes as they come in, from the headers of its content on."""


@dataclass(frozen=True, slots=True)
class Story:
    """A conversation to play: who, about what, from when, and how it stands today."""

    key: str
    language: str
    channel: str
    subject: str
    name: str
    address: str
    agent: str
    queue: str
    labels: tuple[str, ...]
    priority: str
    outcome: str
    """resolved, open, pending, snoozed or new"""
    begins: datetime
    turns: tuple[Turn, ...]

    @property
    def kinds(self) -> set[str]:
        """The kinds of channel that it takes to tell the story."""
        return {self.channel} | {turn.channel for turn in self.turns if turn.channel}


def of(cast: Cast) -> Iterator[Story]:
    """The stories of an organization, the earliest first; the same ones every time but for the days."""
    content = tomllib.loads((_FOLDER / f"{cast.plan.slug}.toml").read_text(encoding="utf-8"))
    tellings = [(story, telling) for story in content["story"] for telling in range(story.get("tellings", 1))]
    random.Random(cast.plan.slug).shuffle(tellings)
    told = [
        _tell(cast, content, story, telling, place / len(tellings))
        for place, (story, telling) in enumerate(tellings)
    ]
    return iter(sorted(told, key=lambda story: story.begins))


def _tell(
    cast: Cast, content: Mapping[str, Any], story: Mapping[str, Any], telling: int, place: float
) -> Story:
    """Fill a story with a person and details; the first telling of an unfinished one is a recent one."""
    chance = random.Random(f"{cast.plan.slug} {story['key']} {telling}")
    name, address = _person(story.get("people") or content["people"][story["language"]], story, telling)
    agent = chance.choice(story.get("agents") or _agents(cast))
    words = _words(content, story["language"], chance) | {
        "name": name,
        "first": name.split()[0],
        "agent": _first_name(cast, agent),
        "brand": cast.plan.name,
    }
    is_unfinished = telling == 0 and story.get("outcome", "resolved") != "resolved"
    turns = tuple(
        _turn(turn, telling, words | _speaker(cast, turn), chance)
        for turn in story["turns"]
        if not (is_unfinished and turn.get("later"))
    )
    return Story(
        key=f"{story['key']}-{telling}",
        language=story["language"],
        channel=story.get("channel", "email"),
        subject=_filled(_pick(story.get("subject", ""), telling), words),
        name=name,
        address=address,
        agent=agent,
        queue=story.get("queue", "support"),
        labels=tuple(story.get("labels", ())),
        priority=story.get("priority", "normal"),
        outcome=story["outcome"] if is_unfinished else "resolved",
        begins=_begin(cast, place, sum((turn.wait for turn in turns), timedelta()), is_unfinished, chance),
        turns=turns,
    )


def _agents(cast: Cast) -> list[str]:
    return [login for login, viewer in cast.viewers.items() if viewer.role == Role.AGENT]


def _speaker(cast: Cast, turn: Mapping[str, Any]) -> dict[str, str]:
    return {"agent": _first_name(cast, turn["who"])} if "who" in turn else {}


def _first_name(cast: Cast, login: str) -> str:
    return str(cast.viewers[login].user).split()[0]


def _person(people: Sequence[str], story: Mapping[str, Any], telling: int) -> tuple[str, str]:
    """Name and mail address of who tells it; the tellings of one story are by different people."""
    offset = random.Random(story["key"]).randrange(len(people))
    person = people[(offset + telling) % len(people)]
    return parseaddr(person) if "<" in person else (person, _address(person))


def _words(content: Mapping[str, Any], language: str, chance: random.Random) -> dict[str, str]:
    """One of each of the details, those of the language first, and numbers that nobody else has."""
    details = content["details"]
    lists = {key: values for key, values in details.items() if isinstance(values, list)}
    lists |= details.get(language, {})
    prefix = content["order_prefix"]
    return {key: chance.choice(values) for key, values in lists.items()} | {
        "order": f"{prefix}-{chance.randrange(20000, 29999)}",
        "invoice": f"{prefix}-R{chance.randrange(4000, 9999)}",
        "soon": (now() + timedelta(days=6)).strftime("%Y%m%d"),
        "serial": f"{prefix}{chance.randrange(22, 26)}{chance.randrange(10000, 99999)}",
    }


def _turn(turn: Mapping[str, Any], telling: int, words: Mapping[str, str], chance: random.Random) -> Turn:
    return Turn(
        by=turn["by"],
        text=_filled(_pick(turn.get("text", ""), telling), words).strip(),
        wait=_duration(turn.get("wait", "0m")) * chance.uniform(0.7, 1.5),
        channel=turn.get("channel", ""),
        who=turn.get("who", ""),
        files=tuple(turn.get("files", ())),
        mail=_filled(turn.get("mail", ""), words),
    )


def _pick(text: str | Sequence[str], number: int) -> str:
    """A text, or one of several ways to say it; within a telling all turns take the same one."""
    return text if isinstance(text, str) else text[number % len(text)]


def _filled(text: str, words: Mapping[str, str]) -> str:
    for key, value in words.items():
        text = text.replace("{" + key + "}", value)
    return text


def _duration(text: str) -> timedelta:
    """ "20m", "3h" or "2d"."""
    units = {"m": "minutes", "h": "hours", "d": "days"}
    return timedelta(**{units[text[-1]]: float(text[:-1])})


def _begin(
    cast: Cast, place: float, length: timedelta, is_unfinished: bool, chance: random.Random
) -> datetime:
    """A working hour of the last month; unfinished stories end within the last day and a half."""
    moment = now()
    if is_unfinished:
        return moment - length - timedelta(minutes=3 + 36 * 60 * chance.random() ** 2)
    day = moment - timedelta(days=_DAYS * (1 - place) + 1.5)
    local = day.astimezone(ZoneInfo(cast.plan.time_zone))
    local -= timedelta(days=max(0, local.weekday() - _SATURDAY))
    start = local.replace(
        hour=chance.choice(range(7, 19)), minute=chance.randrange(60), second=chance.randrange(60)
    )
    return min(start, moment - length - timedelta(hours=4, minutes=chance.randrange(600)))


def _address(person: str) -> str:
    """A mail address made from a name in Latin letters, always the same one."""
    plain = unicodedata.normalize("NFKD", person.lower().translate(_PLAIN))
    letters = "".join(letter if letter.isalpha() else " " for letter in plain if letter.isascii())
    ending = ("com", "net", "org")[sum(person.encode()) % 3]
    return f"{'.'.join(letters.split()) or 'post'}@example.{ending}"


_PLAIN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "æ": "ae", "ł": "l", "ı": "i", "’": "", "'": ""}
)
