"""The web page: conversations, cards and the board in a browser."""
