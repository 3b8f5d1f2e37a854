"""What all charts share: colours, layout, pictures, thinning of curves."""
