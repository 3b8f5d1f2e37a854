"""How charts look: colours, fonts, pictures, how many points."""
