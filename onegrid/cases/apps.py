from onegrid.kit.room import Room


class Cases(Room):
    name = "onegrid.cases"
    default = True
