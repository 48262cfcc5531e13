"""What recognition decides. Pure."""
