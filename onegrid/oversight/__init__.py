"""How well matters are handled: measures, scores, and what leaders ask about them."""
