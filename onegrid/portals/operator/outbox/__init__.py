"""The outbox (发件箱): what left or waits to leave by channels."""
