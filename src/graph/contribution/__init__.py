"""A contribution: files that changed, checked in the context of the last snapshot, the rest left unread."""
