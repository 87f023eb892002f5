"""Queries: read by the guard, evaluated in worker processes that can be killed, saved in a library."""
