"""What keeps everything: tables, the one way to read and the one way to write, the log of changes, backups."""
