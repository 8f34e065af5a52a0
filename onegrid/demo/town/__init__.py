"""The shape of the demo street: pure geometry in metres, no models, no clock."""
