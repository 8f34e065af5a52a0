"""Who may change the base map. Seeing it is for everybody: it shows nothing but streets and houses."""

LOAD = "basemap.load"
