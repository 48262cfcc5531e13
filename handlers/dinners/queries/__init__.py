"""What several entries of dinners read."""
