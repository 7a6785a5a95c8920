"""Session descriptions (RFC 4566) and the offer/answer model (RFC 3264), for telephone audio over RTP. All pure.

session          text to frozen structs and back
offer_answer     which codec, address and direction two sides agree on
"""
