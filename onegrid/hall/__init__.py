"""What a street offers its residents: answers to questions, announcements, activities, and their own data."""
