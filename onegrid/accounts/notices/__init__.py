"""Notices (通知): what the platform tells a person, in the inbox first, then by channels."""
