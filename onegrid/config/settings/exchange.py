"""What goes out to applications of others (exchange)."""

from onegrid.config.environment import environment

OPEN311_JURISDICTION = environment().open311_jurisdiction
OPEN311_CONTACT = environment().open311_contact
# networks of ours in which connected systems may be called, beside the public internet
CONNECTOR_NETWORKS = [one.strip() for one in environment().connector_networks.split(",") if one.strip()]
