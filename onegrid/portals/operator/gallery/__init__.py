"""Every component, in both themes, with the code that makes it."""
