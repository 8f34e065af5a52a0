"""Who may look up and change addresses. Down to the building they are public; below it they say who lives where."""

SEE = "addresses.see"
EDIT = "addresses.edit"
