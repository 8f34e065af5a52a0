from onegrid.kit.room import Room


class Hall(Room):
    name = "onegrid.hall"
    default = True
