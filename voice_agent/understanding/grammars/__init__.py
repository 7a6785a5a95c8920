"""One small grammar for each kind of value, over words as recognisers write them. Each reads what is there."""
