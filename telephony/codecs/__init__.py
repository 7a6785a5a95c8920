"""Companding, resampling and tones: arrays in, arrays out. Pure; numpy only.

`pcm`: the one form audio has in this package, and its constants. `g711`: mu-law and A-law by table. `resample`:
windowed-sinc polyphase rate conversion, streaming or in one go. `tones`: sines and the sixteen keypad tones.
"""
