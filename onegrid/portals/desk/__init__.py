"""The desk (community station, street centre, departments): the queue, one case, one step."""
