"""Exemptions (经批准免除): who need not meet which duty from when until when, by whose approval."""
