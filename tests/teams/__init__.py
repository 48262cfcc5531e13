"""Teams: its door and its way out, judged from the simulator's log."""
