"""The address of a table in a database: ``postgresql://user@host/db?table=zd``, and how it is shown without its secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from geoparks.errors import UnreadableFile
from geoparks.text import Text, same

_SCHEMES = ("postgresql:", "postgres:")
_SECRETS = ("password", "sslpassword")
_HIDDEN = "***"
_DEFAULT_PORT = "5432"
_EXAMPLE = same("postgresql://user@host:5432/db?table=schema.table")


@dataclass(frozen=True)
class Address:
    """Where a table is. What is shown of it has neither user nor password."""

    settings: Mapping[str, str]
    """What libpq is given."""
    table: str
    """As the user wrote it: a name, or schema.name."""
    geometry: str = ""
    """The column that counts where a table has several with geometry."""

    @property
    def server(self) -> tuple[str, str, str]:
        """Host, port and database: what tells whether two tables lie in one database."""
        given = self.settings
        return given.get("host", ""), given.get("port", _DEFAULT_PORT), given.get("dbname", given.get("user", ""))

    def shown(self, table: str = "") -> str:
        """The address as it may be told to anybody."""
        host, port, name = self.server
        place = host + (f":{port}" if port != _DEFAULT_PORT else "")
        return f"postgresql://{place}/{name}?table={table or self.table}"

    def masked(self, words: str) -> str:
        """Words of another program without the secrets of the address, as typed or as sent."""
        for secret in (self.settings[key] for key in _SECRETS if self.settings.get(key)):
            for form in (secret, quote(secret, safe=""), quote(secret)):
                words = words.replace(form, _HIDDEN)
        return words

    def __repr__(self) -> str:
        return f"Address({self.shown()!r})"


def is_address(words: str) -> bool:
    """Whether words name a database instead of a file."""
    return words.lower().startswith(_SCHEMES)


def parse(words: str) -> Address:
    """The address that words are; UnreadableFile where they are none, without repeating what may hold a password."""
    try:
        url = urlsplit(words)
        given = dict(parse_qsl(url.query, keep_blank_values=True, strict_parsing=bool(url.query)))
        port = url.port
        dbname = unquote(url.path.strip("/"), errors="strict")
    except ValueError:
        raise _wrong(
            Text("地址写法有误", "the address is not well formed")
        ) from None  # its words may hold the password
    if (
        url.fragment or "@" in url.path or not words[len(url.scheme) :].startswith("://")
    ):  # a sign in a password, most likely
        raise _wrong(Text("地址写法有误", "the address is not well formed"))
    table, geometry = given.pop("table", ""), given.pop("geometry", "")
    if not table:
        raise _wrong(Text("地址没有写明哪张表（?table=…）", "the address names no table (?table=…)"))
    parts = {
        "user": unquote(url.username or ""),
        "password": unquote(url.password or ""),
        "host": unquote(url.hostname or ""),
        "port": str(port or ""),
        "dbname": dbname,
    }
    return Address({**{key: value for key, value in parts.items() if value}, **given}, table, geometry)


def _wrong(what: Text) -> UnreadableFile:
    return UnreadableFile(
        what,
        where="postgresql://…",
        expected=_EXAMPLE,
        mend=Text(
            "密码中的 @ : / ? # % 须写作 %40 %3A %2F %3F %23 %25；最好不写密码，改用 ~/.pgpass 或环境变量 PGPASSWORD。",
            "In a password write @ : / ? # % as %40 %3A %2F %3F %23 %25; better leave it out and use ~/.pgpass or PGPASSWORD.",
        ),
    )
