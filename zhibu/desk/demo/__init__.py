"""The demo college (演示院校): invented people and two years of their work, the same for a seed and a day."""
