"""Training on a Dask cluster: trials, and runs that people watch and steer."""
