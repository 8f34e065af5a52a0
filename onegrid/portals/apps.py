from onegrid.kit.room import Room


class Portals(Room):
    name = "onegrid.portals"
    default = True
