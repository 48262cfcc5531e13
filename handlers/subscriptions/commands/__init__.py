"""Commands that subscribe a room, and commands that set its sending hours."""
