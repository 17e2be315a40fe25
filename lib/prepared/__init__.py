"""Large registries: prepared once by a process of its own, as a file that is opened read-only."""
