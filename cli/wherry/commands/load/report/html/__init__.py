"""The report for people who were not there: one page that needs nothing but a browser."""
