"""City components: found, put on the record, their position and state corrected."""
