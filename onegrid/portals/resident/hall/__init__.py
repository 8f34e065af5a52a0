"""What the street offers: bulletins, activities, answers, and asking a question."""
