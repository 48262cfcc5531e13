"""The web page: rooms to look into and cards to press, in a browser."""
