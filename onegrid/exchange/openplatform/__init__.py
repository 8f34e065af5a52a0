"""Open platform (开放平台): applications of others, their keys, rights and limits."""
