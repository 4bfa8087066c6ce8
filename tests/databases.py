"""Which databases a test is run on; both, unless it says otherwise."""

import pytest

# What is refused before any database is asked is shown once.
ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
