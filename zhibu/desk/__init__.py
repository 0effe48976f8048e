"""Pages that cross registers (工作台, 规范, 检查): living norm, explanation, readings."""
