"""What staff write for residents: answers, bulletins, activities; and the questions that wait."""
