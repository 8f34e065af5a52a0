"""Owners' committees (业主委员会) of compounds, and what the owners decide together by vote (业主共同决定)."""
