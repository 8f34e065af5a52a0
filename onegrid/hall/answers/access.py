"""Who may write answers."""

EDIT = "answers.edit"
