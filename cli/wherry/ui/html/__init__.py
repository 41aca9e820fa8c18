"""What the HTML pages of all reports have in common: the frame with its policy, the look, and the text of strangers."""
