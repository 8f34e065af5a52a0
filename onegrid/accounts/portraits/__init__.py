"""Portraits (工作照): a face beside the name of who answers for a grid, only while the person wants it."""
