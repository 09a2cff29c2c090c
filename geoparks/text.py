"""A sentence in the two languages of the toolkit."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")


class Text(NamedTuple):
    """The same sentence in Chinese and in English; Chinese is what users see unless they ask otherwise."""

    zh: str
    en: str

    def to(self, lang: Lang) -> str:
        """The sentence in one language."""
        return self.en if lang == "en" else self.zh

    def fill(self, **values: Any) -> Text:
        """Fill the ``{names}`` of both sentences; a value that is itself a Text is put in by language."""
        zh = {key: value.zh if isinstance(value, Text) else value for key, value in values.items()}
        en = {key: value.en if isinstance(value, Text) else value for key, value in values.items()}
        return Text(self.zh.format_map(zh), self.en.format_map(en))

    def __add__(self, other: object) -> Text:
        """Put two sentences together, language by language."""
        if not isinstance(other, Text):
            return NotImplemented
        return Text(self.zh + other.zh, self.en + other.en)

    def as_dict(self) -> dict[str, str]:
        """Both languages, as the result document writes them."""
        return {"zh": self.zh, "en": self.en}


def same(words: str) -> Text:
    """Words that read the same in both languages: a file name, a number, an id."""
    return Text(words, words)


def joined(texts: list[Text], zh: str = "；", en: str = "; ") -> Text:
    """Several sentences as one, joined by the mark that each language uses."""
    return Text(zh.join(text.zh for text in texts), en.join(text.en for text in texts))
