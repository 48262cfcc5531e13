"""A language model over OpenAI's APIs (responses or chat completions), on any compatible server."""
