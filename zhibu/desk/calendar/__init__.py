"""日历: what concerns a reader day by day, on a page and in calendar feeds (日历订阅)."""
