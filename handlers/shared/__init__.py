"""What several slices need, one idea a module; pure decisions are in `rules`."""
