"""What the demo street holds, worked out in plain Python before anything is written: areas, addresses, things, people."""
