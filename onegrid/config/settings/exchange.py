"""What goes out to applications of others (exchange)."""

from onegrid.config.environment import environment

OPEN311_JURISDICTION = environment().open311_jurisdiction
OPEN311_CONTACT = environment().open311_contact
