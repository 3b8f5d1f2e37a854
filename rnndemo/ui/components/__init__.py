"""What lives in the browser: player, film, curves, figure, burst."""
