from onegrid.kit.room import Room


class Oversight(Room):
    name = "onegrid.oversight"
    default = True
