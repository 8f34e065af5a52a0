"""Reading the catalogue, and why a matter goes where it goes."""
