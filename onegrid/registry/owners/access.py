"""Permission codes of owners' committees and votes. They are reached like their compound."""

SEE = "owners.see"
EDIT = "owners.edit"
CONTACT = "owners.contact"
