"""Establishments (单位、商户): shops, schools, firms, hospitals."""
