"""Commands: asking a question, and what can be done with an answer."""
