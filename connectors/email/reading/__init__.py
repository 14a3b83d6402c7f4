"""Reading a mail: from any bytes to plain data, purely, within budgets and in linear time."""
