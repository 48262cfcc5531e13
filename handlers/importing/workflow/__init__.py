"""An import from file to draft or to stored rows, for the chat command and the command line."""
