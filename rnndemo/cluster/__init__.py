"""Training on a Dask cluster: trials there, and runs that are watched from here."""
