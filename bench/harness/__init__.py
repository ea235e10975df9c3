"""The benchmark's driver. `bench/run.py` is its door; each file here holds one noun."""
