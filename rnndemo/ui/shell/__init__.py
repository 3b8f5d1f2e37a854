"""What every page has: session, language, visitor, head, links."""
