"""Electronic-seal systems of an office: the hub hands over a PDF and gets the sealed file back (DESIGN D15)."""
