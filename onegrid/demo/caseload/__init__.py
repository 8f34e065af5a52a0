"""Cases by the thousand or million with whole timelines: what lists, benches and plans are tried on."""
