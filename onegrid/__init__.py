"""OneGrid (一网): grid governance of Chinese cities. The house is described in docs/house.md."""
