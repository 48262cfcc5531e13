"""How many examples a property test is shown: a sample in `make test`, all of them in `make proofs`."""

from __future__ import annotations

from hypothesis import settings

SAMPLE, PROOFS = "sample", "proofs"

# The time of one example depends on the load of the machine and must not fail a test.
settings.register_profile(SAMPLE, deadline=None, max_examples=25)
settings.register_profile(PROOFS, deadline=None, max_examples=200)


def example_count(whole: int, sample: int | None = None) -> int:
    """*whole* in `make proofs`; *sample* in `make test`, by default a quarter of it and at least ten."""
    if settings.get_current_profile_name() == PROOFS:
        return whole
    return sample if sample is not None else max(10, whole // 4)
