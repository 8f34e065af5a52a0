"""Writing the demo into the rooms: in bulk, but by the rooms' own rules and loaders."""
