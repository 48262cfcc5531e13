"""Teams: what comes in and what goes out, judged from the simulator's log."""
