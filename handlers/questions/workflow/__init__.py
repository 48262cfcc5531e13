"""The steps from a question to a saved answer, with or without a language model."""
