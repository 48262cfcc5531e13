"""The Slack door, knocked at with signed requests through the real server, against a fake Slack on loopback."""
