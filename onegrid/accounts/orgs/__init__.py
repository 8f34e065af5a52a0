"""Organisations (组织机构): street, community stations, departments, property firms."""
