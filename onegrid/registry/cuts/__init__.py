"""Planned cuts (停水、停电、停暖、停梯) of a compound or some of its buildings, from draft to history."""
