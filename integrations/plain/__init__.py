"""Cards as plain text, and the text and truncation functions that all renderers share."""
