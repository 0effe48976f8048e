"""Rosters 党员名册 in and out, pure: read workbooks safely, find the columns, parse and check the rows,
write the official layout.

Nothing here knows Django or the clock: today, the branches and the members that stand are arguments.
"""
