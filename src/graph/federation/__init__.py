"""What we may call, and how: the only room with an HTTP client."""
