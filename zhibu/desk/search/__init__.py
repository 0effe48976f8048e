"""Search (查找) over people, organizations, activities, evidence, files, the norm and the pages themselves."""
