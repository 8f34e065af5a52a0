"""The demo street and the city simulator: everything here is invented. May import any room; nothing imports it."""
