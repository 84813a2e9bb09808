"""The grid: its versions, what is published of it, one person's day, and the rooms and slots it lies on."""
