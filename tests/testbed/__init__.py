"""Starts and stops real servers, each in a private folder on free ports: for the tests and for tools/up."""
