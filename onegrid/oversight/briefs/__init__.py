"""Morning briefs (晨报): yesterday and today of an area, made once, kept, and read by its leaders."""
