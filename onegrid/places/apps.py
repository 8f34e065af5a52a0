from onegrid.kit.room import Room


class Places(Room):
    name = "onegrid.places"
    default = True
