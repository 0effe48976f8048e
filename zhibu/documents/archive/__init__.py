"""迎检材料: the box for an inspection, as one archive: index, records, originals, findings."""
