"""Scenarios that are made and not written: from calls, from journeys, and by changing those that hold."""
