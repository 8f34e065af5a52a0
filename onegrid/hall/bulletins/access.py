"""Who may write bulletins."""

EDIT = "bulletins.edit"
