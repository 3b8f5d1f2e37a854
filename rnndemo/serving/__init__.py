"""Starting the server: its command, its addresses, certificate and QR code."""
