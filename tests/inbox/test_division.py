"""Answers are divided as a channel needs it, and nothing is lost on the way."""

from hub.messages import Capabilities, FileRule
from inbox.division import FileFacts, Part, divide, refused_files, too_long

KB = 1024


def test_a_channel_that_carries_everything_gets_one_message() -> None:
    assert divide(Capabilities(files=10), "Hello", 3) == [Part("Hello", (0, 1, 2))]
    assert divide(Capabilities(files=10), "", 2) == [Part("", (0, 1))]
    assert divide(Capabilities(), "Hello", 0) == [Part("Hello")]


def test_one_file_a_message_with_the_text_on_the_first() -> None:
    capabilities = Capabilities(files=10, files_per_message=1, caption_limit=10)
    assert divide(capabilities, "Short", 3) == [Part("Short", (0,)), Part("", (1,)), Part("", (2,))]
    assert divide(capabilities, "Longer than a caption", 2) == [
        Part("Longer than a caption"),
        Part("", (0,)),
        Part("", (1,)),
    ]


def test_text_apart_from_files() -> None:
    capabilities = Capabilities(files=10, files_per_message=2, text_with_files=False)
    assert divide(capabilities, "Text", 3) == [Part("Text"), Part("", (0, 1)), Part("", (2,))]
    assert divide(capabilities, " ", 1) == [Part(" ", (0,))]


def test_long_texts_become_several_or_are_refused() -> None:
    splits = Capabilities(text_limit=10, overflow="split", files=1)
    assert divide(splits, "one two three four", 1) == [Part("one two"), Part("three four"), Part("", (0,))]
    assert not too_long(splits, "x" * 99)
    assert too_long(Capabilities(text_limit=10), "x" * 11)
    assert not too_long(Capabilities(text_limit=10), "👋" * 10)
    assert too_long(Capabilities(text_limit=10, text_unit="utf16"), "👋" * 6)


def test_files_are_refused_in_plain_words() -> None:
    rules = (FileRule(("image/jpeg", "image/png"), 5 * KB), FileRule(("application/*",), 2 * KB))
    capabilities = Capabilities(files=5, file_rules=rules)
    assert refused_files(capabilities, [FileFacts("a.png", "image/png", 5 * KB)]) == []
    assert refused_files(capabilities, [FileFacts("a.pdf", "application/pdf", 3 * KB)]) == [
        "a.pdf is too large: this channel takes 2 KB."
    ]
    (why,) = refused_files(capabilities, [FileFacts("a.mov", "video/quicktime", 1)])
    assert "video/quicktime" in why
    assert refused_files(Capabilities(files=1, file_limit=KB), [FileFacts("a", "text/plain", KB + 1)])
