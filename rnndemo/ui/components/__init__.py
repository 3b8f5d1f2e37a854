"""Components that run in the browser: player, film, curves, figure, burst."""
