"""Bring a clinic's own sheets into a registry: read, interpreted, checked, all or nothing."""
