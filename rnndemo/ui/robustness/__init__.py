"""The page Robustness: a drawing is attacked, made worse, and certified."""
