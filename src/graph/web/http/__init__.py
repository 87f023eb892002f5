"""What HTTP asks of every answer: reading a request, negotiation, validators, codings, limits, errors, mementos."""
