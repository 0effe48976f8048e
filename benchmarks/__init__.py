"""Benchmarks: each prints what it measured and its ratio."""
