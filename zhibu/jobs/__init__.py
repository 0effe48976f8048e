"""Work that takes longer than a page may (任务): a table of jobs, and the worker that does them."""
