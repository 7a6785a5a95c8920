"""What means something only where nothing else is said, in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from voice_agent.understanding.act_kinds import Act

_ANNOUNCED: Final = (
    *(
        "i have a question",
        "i have a quick question",
        "ive got a question",
        "can i ask a question",
        "can i ask something",
    ),
    *("can i ask you something", "can i ask you a question", "could i ask you something", "may i ask you something"),
)
"""A question is to come: whoever announces it is told to go on."""
WHOLE_TEXT: Final[Mapping[str, tuple[Act, ...]]] = {
    "help": (Act.OFFERS,),
    "help me": (Act.OFFERS,),
    "i need help": (Act.OFFERS,),
    "i need some help": (Act.OFFERS,),
    "can you help": (Act.OFFERS,),
    "can you help me": (Act.OFFERS,),
    "could you help me": (Act.OFFERS,),
    **dict.fromkeys(_ANNOUNCED, (Act.GREET,)),
    **dict.fromkeys(("no thats it", "no that was it", "no that is it"), (Act.DENY, Act.GOODBYE)),
    "sorry": (Act.REPEAT,),
    "what": (Act.REPEAT,),
    "say what": (Act.REPEAT,),
    "what sorry": (Act.REPEAT,),
    "person": (Act.WANT_HUMAN,),
    "a person": (Act.WANT_HUMAN,),
    "someone": (Act.WANT_HUMAN,),
    "somebody": (Act.WANT_HUMAN,),
    "a manager": (Act.WANT_HUMAN,),
    "manager": (Act.WANT_HUMAN,),
    "supervisor": (Act.WANT_HUMAN,),
    "support": (Act.WANT_HUMAN,),
    "customer care": (Act.WANT_HUMAN,),
    "thats all": (Act.GOODBYE,),
    "me": (Act.AFFIRM,),
    "great": (Act.AFFIRM,),
    "perfect": (Act.AFFIRM,),
    "good": (Act.AFFIRM,),
    "lovely": (Act.AFFIRM,),
    "got it": (Act.AFFIRM,),
    "no problem": (Act.AFFIRM,),
    "thats no problem": (Act.AFFIRM,),
}
"""Words that mean this only when nothing else is said."""
