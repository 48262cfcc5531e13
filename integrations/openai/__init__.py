"""A language model behind OpenAI's two interfaces, or any server that speaks one of them."""
