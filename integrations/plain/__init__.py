"""Cards as plain words, and the words and cuts that every renderer shares."""
