"""Microsoft Teams, and everything that is only true there."""
