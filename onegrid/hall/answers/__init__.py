"""Questions and answers (业务咨询): what residents ask, what is answered once for all, and finding it by words."""
