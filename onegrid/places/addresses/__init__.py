"""Addresses (地址): the tree from community and road down to the room, its names now and before."""
