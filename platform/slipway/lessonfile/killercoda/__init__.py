"""Scenarios in the format of Killercoda and Katacoda: read into lessons, and written from lessons."""
