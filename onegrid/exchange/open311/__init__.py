"""Open311 (GeoReport v2): report and follow matters by the published protocol of other cities' applications."""
