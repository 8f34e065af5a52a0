from onegrid.kit.room import Room


class Kit(Room):
    name = "onegrid.kit"
    default = True
