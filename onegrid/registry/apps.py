from onegrid.kit.room import Room


class Registry(Room):
    name = "onegrid.registry"
    default = True
