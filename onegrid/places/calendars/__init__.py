"""Working calendars (工作日历): working periods, statutory holidays, make-up workdays, local exceptions."""
