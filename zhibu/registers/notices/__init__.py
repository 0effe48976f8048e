"""Notices (通知) and superior documents (上级文件): sent, read, acted on, urged."""
