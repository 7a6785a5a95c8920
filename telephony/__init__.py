"""Telephone calls: SIP, SDP, RTP, codecs, keypad tones.

Knows nothing of agents and imports nothing else of this project.
"""
