"""One thing on its page: its facts, its links and reuses, whom to ask, what its licence allows, what is around it."""
