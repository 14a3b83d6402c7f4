"""The demo: two organizations, their people and channels, and a month of conversations."""

from pathlib import Path

from hub.models import Message
from inbox.demo import abilities, manifest, organizations, play, promises, rules, stories
from inbox.demo.organizations import Cast


def load() -> Path:
    """Load what is missing of the demo data and answer where demo.json lies.

    What is there already stays as it is, so a load that was interrupted goes on; passwords and
    tokens are kept from the demo.json of before, and made anew when that is gone.
    """
    known = manifest.read()
    casts = [organizations.make(plan, known.get(plan.slug, {})) for plan in organizations.PLANS]
    for cast in casts:
        abilities.make(cast)
        promises.make(cast)
        _tell(cast)
        promises.strike(cast)
        rules.make(cast)
        abilities.go_home(cast)
    return manifest.write(casts)


def _tell(cast: Cast) -> None:
    told = set(
        Message.objects.within(cast.organization)
        .filter(external_id__startswith="demo-")
        .values_list("external_id", flat=True)
    )
    for story in stories.of(cast):
        # A kind of channel that is not installed takes its stories with it.
        if play.external_id(story) not in told and story.kinds <= cast.channels.keys():
            play.play(cast, story)
