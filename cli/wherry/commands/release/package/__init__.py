"""The formats that a release is packed in. The same files make the same bytes, whatever machine packs them."""
