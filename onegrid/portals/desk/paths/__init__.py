"""Path cases at the desk: draw or upload a way, see its sections, send it, and what each unit shows."""
