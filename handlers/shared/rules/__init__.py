"""Pure decisions that several slices share: no clock, no storage, no I/O."""
