"""The store: per noun its tables and the questions one may ask of them. Nothing here knows of chat or of commands."""
