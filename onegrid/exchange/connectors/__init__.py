"""Hand-offs with business systems of others: what is dispatched to their units goes out, what they did comes back."""
