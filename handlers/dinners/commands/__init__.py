"""What people say to dinners: planning, answering, seating, running, and what guests ask for."""
