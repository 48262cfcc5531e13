"""The demo: a sample company to try Handshake with, and the start that shows it without any account."""
