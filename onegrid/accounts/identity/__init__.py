"""Identity (身份与权限): who signs in, in which role, how far it reaches."""
