"""Who is neither shown nor estimated: while a request of theirs is open, or because they oppose."""

# The table that says so, beside the list of those who oppose.
REQUESTS = "requests"
LIMITATION, OPPOSITION, CONTEST = "limitation", "opposition", "contestation"
# What a person asks for in order not to be judged by an estimate until they are answered.
WITHHOLDING = (LIMITATION, OPPOSITION, CONTEST)
# While it is open.
OPEN = f"outcome IS NULL AND kind IN {WITHHOLDING}"


def withheld(real: str = "") -> str:
    """The SQL of their keyed hashes; real: what precedes the name of a table."""
    return (
        f"SELECT subject FROM {real}opposed UNION ALL SELECT subject FROM {real}{REQUESTS} "  # noqa: S608
        f"WHERE {OPEN}"
    )
