"""What is kept of people, shown to them, deleted when they ask and erased when its time is over."""
