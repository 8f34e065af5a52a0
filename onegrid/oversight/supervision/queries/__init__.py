"""Reading what supervision holds. Everything takes the viewer."""
