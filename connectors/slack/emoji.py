"""The names by which Slack knows emoji (https://docs.slack.dev/reference/methods/reactions.add)."""

import re

_NAMES = """
👍 +1 thumbsup
👎 -1 thumbsdown
❤️ heart
🎉 tada
😂 joy
😮 open_mouth
😢 cry
🙏 pray
👀 eyes
✅ white_check_mark
🔥 fire
💯 100
👏 clap
🙌 raised_hands
🚀 rocket
🤔 thinking_face thinking
😀 grinning
😃 smiley
😄 smile
😁 grin
😆 laughing satisfied
😅 sweat_smile
🤣 rolling_on_the_floor_laughing
🙂 slightly_smiling_face
🙃 upside_down_face
😉 wink
😊 blush
😇 innocent
🥰 smiling_face_with_3_hearts
😍 heart_eyes
🤩 star-struck
😘 kissing_heart
😋 yum
😛 stuck_out_tongue
😜 stuck_out_tongue_winking_eye
🤪 zany_face
🤗 hugging_face
🤐 zipper_mouth_face
😐 neutral_face
😑 expressionless
😶 no_mouth
😏 smirk
😒 unamused
🙄 face_with_rolling_eyes
😬 grimacing
😌 relieved
😔 pensive
😴 sleeping
😷 mask
🤒 face_with_thermometer
🤢 nauseated_face
🥳 partying_face
😎 sunglasses
🤓 nerd_face
😕 confused
😟 worried
🙁 slightly_frowning_face
☹️ white_frowning_face
😳 flushed
🥺 pleading_face
😨 fearful
😰 cold_sweat
😥 disappointed_relieved
😭 sob
😱 scream
😖 confounded
😞 disappointed
😓 sweat
😩 weary
😫 tired_face
😤 triumph
😡 rage
😠 angry
🤯 exploding_head
😈 smiling_imp
💀 skull
💩 hankey poop
🤖 robot_face
👻 ghost
👋 wave
👌 ok_hand
✌️ v
🤞 crossed_fingers
🤝 handshake
👈 point_left
👉 point_right
👆 point_up_2
👇 point_down
☝️ point_up
✊ fist
👊 facepunch punch
💪 muscle
🤷 shrug
🤦 face_palm
💔 broken_heart
💙 blue_heart
💚 green_heart
💛 yellow_heart
💜 purple_heart
🧡 orange_heart
🖤 black_heart
✨ sparkles
⭐ star
🌟 star2
⚡ zap
💡 bulb
⏳ hourglass_flowing_sand
⌛ hourglass
❌ x
❗ exclamation heavy_exclamation_mark
❓ question
⚠️ warning
🚨 rotating_light
ℹ️ information_source
☑️ ballot_box_with_check
✔️ heavy_check_mark
➕ heavy_plus_sign
🔴 red_circle
🟢 large_green_circle
🟡 large_yellow_circle
📦 package
📎 paperclip
📌 pushpin
📅 date
📞 telephone_receiver
📧 e-mail email
🔒 lock
🔑 key
🔗 link
🐛 bug
☕ coffee
🍕 pizza
🍺 beer
🍻 beers
🎂 birthday
🎁 gift
🏆 trophy
🥇 first_place_medal
👑 crown
🌈 rainbow
☀️ sunny
🌍 earth_africa
💰 moneybag
🎯 dart
🙈 see_no_evil
🦄 unicorn_face
🐶 dog
🐱 cat
"""

_ROWS = [line.split() for line in _NAMES.strip().splitlines()]
_EMOJI = {name: emoji for emoji, *names in _ROWS for name in names}
# Slack and people differ in whether the selector that makes an emoji colourful stands behind it.
_NAME = {emoji.removesuffix("\ufe0f"): names[0] for emoji, *names in _ROWS}

_TONES = {f"skin-tone-{number}": chr(0x1F3F9 + number) for number in range(2, 7)}
_TONE_NAMES = {tone: name for name, tone in _TONES.items()}
_WRITTEN = re.compile(r":([a-z0-9_+'-]{1,60})(?:(?:::|:\s?:)(skin-tone-[2-6]))?:")

REACTIONS = tuple(emoji for emoji, *_ in _ROWS)
"""With what agents may react."""


def emoji_of(name: str) -> str:
    """The emoji of a reaction's name such as `+1::skin-tone-3`; a workspace's own stay `:name:`."""
    base, _, tone = name.partition("::")
    known = _EMOJI.get(base)
    return known.removesuffix("\ufe0f" if tone else "") + _TONES.get(tone, "") if known else f":{base[:60]}:"


def name_of(emoji: str) -> str:
    """The name of an emoji; empty when this table does not hold it."""
    bare, tone = emoji.removesuffix("\ufe0f"), ""
    if bare and bare[-1] in _TONE_NAMES:
        bare, tone = bare[:-1], f"::{_TONE_NAMES[bare[-1]]}"
    name = _NAME.get(bare.removesuffix("\ufe0f"), "")
    return f"{name}{tone}" if name else ""


def with_emoji(text: str) -> str:
    """A text with emoji in the place of those names that are known."""

    def shown(found: re.Match[str]) -> str:
        known = _EMOJI.get(found[1])
        if known is None:
            return found[0]
        return known.removesuffix("\ufe0f") + _TONES[found[2]] if found[2] else known

    return _WRITTEN.sub(shown, text)
