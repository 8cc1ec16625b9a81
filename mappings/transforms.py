"""How a value changes on its way from one field to the other."""
