"""The command screen (指挥大屏): the loop of today on a wall, live; what is done about it is done from there."""
