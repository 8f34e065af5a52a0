"""Exchange (对外交换): systems outside, and what they may do here."""
