"""The journey language and its engine: what the agent does, the same for the same input every time. Pure.

pack = load({"agent.yaml": "...", "journeys/track_order.yaml": "..."})
engine = Engine(pack, "conversation-1")
engine.handle(CallStarted(...), now_us=0)       # [Say(...), StartRecording()]
"""
