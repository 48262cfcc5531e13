"""How many examples a property test is shown: a sample in `make test`, all of them in `make proofs`."""

from __future__ import annotations

from hypothesis import settings

SAMPLE, WHOLE = "sample", "proofs"

# How long one example takes is the machine's business that day, never a reason to fail.
settings.register_profile(SAMPLE, deadline=None, max_examples=25)
settings.register_profile(WHOLE, deadline=None, max_examples=200)


def examples(whole: int) -> int:
    """*whole* in `make proofs`; a quarter of it, and at least ten, in `make test`."""
    return whole if settings.get_current_profile_name() == WHOLE else max(10, whole // 4)
