"""What the demo street holds, worked out before anything is written: areas, addresses, things, people."""
