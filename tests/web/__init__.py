"""The web page over the real application: a small company, spoken to as a browser would."""
