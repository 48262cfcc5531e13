"""What people say to tours: membership, planning, taking part."""
