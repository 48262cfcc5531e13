"""What happens to everybody sooner or later, done on purpose; judged by the log of the platform alone."""
