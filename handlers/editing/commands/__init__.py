"""Commands that edit the draft, and commands that publish it."""
