"""What people typed, cleaned and made safe to show."""
