from onegrid.kit.room import Room


class Accounts(Room):
    name = "onegrid.accounts"
    default = True
