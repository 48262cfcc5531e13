"""What people say to recognition: decisions about drafts, kudos and anniversaries, recaps."""
