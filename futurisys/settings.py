"""Every setting, declared once: `python -m futurisys.settings` prints the table of the docs."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from futurisys.errors import SettingError
from futurisys.setting_values import (
    TIMEZONE,
    database_url,
    log_level,
    one_of,
    rate,
    secret,
    secrets,
    text,
    time_zone,
    whole,
    whole_or_none,
)

# What HR has been told stays explicable for six months (EU AI Act, article 26(6)).
FLOOR_DAYS = 184


@dataclass(frozen=True)
class Setting:
    """An environment variable: how its text is read, what it is without, what it is for."""

    name: str
    parse: Callable[[str], Any]
    default: str
    sentence: str

    def read(self, environ: Mapping[str, str]) -> Any:
        """The value; raises SettingError, one sentence that names the setting."""
        try:
            return self.parse(environ.get(self.name) or self.default)
        except ValueError as error:
            raise SettingError(f"{self.name}: {error}") from error


def read(**overrides: str) -> dict[str, Any]:
    """Every setting by name, from the environment where it is not overridden.

    Raises SettingError at the first that cannot be used.
    """
    environ = os.environ | overrides
    return {setting.name: setting.read(environ) for setting in SETTINGS}


def environment(**changes: str | None) -> dict[str, str]:
    """The environment for a command of ours, with changes; what is None is not in it."""
    # By it Gunicorn tells its own that they serve, and who serves knows no command.
    told: Mapping[str, str | None] = os.environ | {"SERVER_SOFTWARE": None} | changes
    return {name: value for name, value in told.items() if value is not None}


SETTINGS = (
    Setting(
        "DATABASE_URL",
        database_url,
        "",
        "PostgreSQL's address in any common spelling; empty: SQLite in `instance/futurisys.db`.",
    ),
    Setting(
        "FUTURISYS_MODEL",
        text,
        "",
        "The artifact: a folder, or `hf://owner/name@<40 hex>`, either with `#sha256=` and the "
        "digest of manifest.json (required for `hf://`), or a file that holds such an address, "
        "which `flask model promote` replaces; "
        "empty: `instance/model`, where `make run` and `flask model train` write.",
    ),
    Setting(
        "FUTURISYS_CACHE",
        text,
        "",
        "Where models fetched from the hub are kept, verified; empty: `instance/hub`.",
    ),
    Setting(
        "FUTURISYS_HUB_SECONDS",
        whole(1, 3600),
        "60",
        "How long fetching a model from the hub may take in all, in seconds.",
    ),
    Setting(
        "FUTURISYS_SUBJECT_KEY",
        secrets,
        "",
        "Keys the hash under which a person's reference is kept: 32 random characters or more; "
        "several with semicolons between them, the first in use; empty: references are dropped.",
    ),
    Setting(
        "FUTURISYS_NUMBERS_KEY",
        secrets,
        "",
        "Encrypts people's numbers, where FUTURISYS_SUBJECT_KEY is set too: 32 random characters "
        "or more, another secret than that; several as there; empty: no number is kept.",
    ),
    Setting(
        "FUTURISYS_JOURNAL_KEY",
        secret,
        "",
        "Chains the lines of the journal, so that none is changed unseen: 32 random characters or "
        "more, which nobody knows who may write to the database; empty: they are not chained.",
    ),
    Setting(
        "FUTURISYS_NOTES",
        one_of("yes"),
        "",
        "`yes`: who reviews an estimate may add a note of 200 characters, which is encrypted as "
        "numbers are, and kept nowhere without their keys; empty: no notes.",
    ),
    Setting(
        "SECRET_KEY",
        secret,
        "",
        "Signs the console's cookie: 32 random characters or more, the same for every replica; "
        "empty: others at each start, which signs everybody out.",
    ),
    Setting(
        "FUTURISYS_LOG_LEVEL",
        log_level,
        "info",
        "debug, info, warning or error, in either case; request lines are info.",
    ),
    Setting(
        "FUTURISYS_TIMEZONE",
        time_zone,
        TIMEZONE,
        "The time zone of the days and hours that people read; programs get UTC.",
    ),
    Setting(
        "FUTURISYS_OPEN",
        one_of("predict"),
        "",
        "Doors that are open without a key: empty (none) or `predict`, for a demonstration.",
    ),
    Setting(
        "FUTURISYS_RETENTION_DAYS",
        whole(FLOOR_DAYS, 36_500),
        str(FLOOR_DAYS),
        "After how many days `flask retention` forgets numbers, titles and reasons, and whatever "
        f"no setting below keeps longer; at least {FLOOR_DAYS}.",
    ),
    Setting(
        "FUTURISYS_HORIZON_DAYS",
        whole_or_none(1, 3650),
        "",
        "Within how many days a departure counts as one, where the model does not say it: answers "
        "without their reasons are kept until 60 days after it; empty: outcomes are not used.",
    ),
    Setting(
        "FUTURISYS_TRAIN_FROM_RECORDS",
        one_of("yes"),
        "",
        "`yes`: facts are kept as long as answers, to be learnt from; empty: they go with the "
        "reasons.",
    ),
    Setting(
        "FUTURISYS_TRAINER",
        text,
        "",
        "The python of an environment with the training libraries, in which the console tries a "
        "model on the company's own past; empty: the console does not.",
    ),
    Setting(
        "FUTURISYS_DOSSIER",
        text,
        "",
        "A TOML file with what the company says of itself, which `flask dossier` and the page "
        "« Dossier » fill documents with; empty: its gaps are marked.",
    ),
    Setting(
        "FUTURISYS_KEYLESS_HOURS",
        whole(1, 8760),
        "24",
        "In a demonstration (`FUTURISYS_OPEN`), after how many hours answers given without a key "
        "are forgotten.",
    ),
    Setting(
        "FUTURISYS_JOURNAL_DAYS",
        whole(365, 36_500),
        "365",
        "After how many days lines of the journal are forgotten.",
    ),
    Setting(
        "FUTURISYS_RATE_LIMIT",
        rate,
        "",
        "How often one key, or one address without a key, may ask, e.g. `600/minute`; empty: "
        "no limit.",
    ),
    Setting(
        "FUTURISYS_RATE_STORAGE",
        text,
        "memory://",
        "Where the limit is counted: each worker's memory, or a Redis for all, by its URL.",
    ),
    Setting(
        "FUTURISYS_PROXIES",
        whole(0, 9),
        "0",
        "How many proxies in front add to X-Forwarded-For and X-Forwarded-Proto; with one or more, "
        "the nearest one's X-Forwarded-Prefix says under which path the service is served.",
    ),
    Setting(
        "SPACE_ID",
        text,
        "",
        "Set by Hugging Face in a Space, whose disk does not last: SQLite there is called "
        "ephemeral.",
    ),
    Setting("HOST", text, "127.0.0.1", "The address that the server listens on."),
    Setting("PORT", whole(1, 65535), "8000", "The port that the server listens on."),
    Setting("WEB_CONCURRENCY", whole(1, 64), "2", "How many worker processes answer."),
)


def table() -> str:
    """The settings as a Markdown table."""
    rows = ["| name | default | meaning |", "|---|---|---|"]
    rows += [
        f"| `{s.name}` | {f'`{s.default}`' if s.default else 'empty'} | {s.sentence} |"
        for s in SETTINGS
    ]
    return "\n".join(rows)


if __name__ == "__main__":
    print(table())
