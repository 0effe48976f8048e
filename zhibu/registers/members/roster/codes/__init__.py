"""Code lists 代码表 of the roster, as data: nationality, education, position."""
