"""Speed as ratios: our code and the bare library doing the same work, in turn, in one run. `make bench` prints the table."""
