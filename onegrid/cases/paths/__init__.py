"""Path cases (途经案件): one matter along a way through several streets, with one lead, helpers and one clock."""
