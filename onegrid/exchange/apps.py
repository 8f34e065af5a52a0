from onegrid.kit.room import Room


class Exchange(Room):
    name = "onegrid.exchange"
    default = True
