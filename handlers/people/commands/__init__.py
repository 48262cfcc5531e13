"""Commands about oneself and about roles, one module a subject."""
