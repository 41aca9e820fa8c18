"""What PyInstaller really put into a program, found in the tables that it leaves of each piece."""
