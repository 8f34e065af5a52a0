"""Who may do what with the catalogue. The catalogue itself is public: everybody may read it."""

EDIT = "catalog.edit"
