"""Speed as ratios: ours beside the bare library doing the same, in turn, in one run. `make bench` prints the table."""
