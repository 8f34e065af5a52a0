"""Who may write activities and see who comes."""

EDIT = "activities.edit"
