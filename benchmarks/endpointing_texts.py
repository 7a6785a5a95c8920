"""What the synthetic callers of the benchmark `endpointing` say. "|" is where they pause. Data, no more.

Thresholds were chosen on what is under TRAINING; TEST has other sentences, other values and other seeds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Said = Mapping[str, tuple[str, ...]]
"""What is expected, to what is said. "digits:8" is a number of eight digits, "open" free speech."""

TEST: Final[Said] = {
    "yes_no": (
        "Yes.",
        "Yes, that's right.",
        "No, it isn't.",
        "Yeah, sure.",
        "No.",
        "Well,| yes, I suppose so.",
        "No,| that's the old one.",
        "Yes please,| that would be great.",
    ),
    "digits:8": (
        "five five oh one,| two four seven nine.",
        "It's three one,| four one,| five nine,| two six.",
        "My account number is,| eight eight one two,| seven three four oh.",
        "Um,| nine two seven,| four four one,| oh eight.",
        "two seven one eight,| two eight one eight.",
        "The number is six six three,| one five,| two nine oh.",
    ),
    "digits:10": (
        "four one five,| five five five,| two six seven one.",
        "My number is,| two one two,| five five five,| oh one nine nine.",
        "oh seven,| double three,| four five six,| nine one two.",
        "three oh three,| seven seven four,| eight one two six.",
        "It starts with six one seven,| then five five five,| three oh nine two.",
    ),
    "date": (
        "The third,| of May.",
        "On the twenty first,| of November,| nineteen eighty four.",
        "It was,| last Tuesday.",
        "August,| the ninth.",
        "March twelfth,| two thousand and one.",
    ),
    "name": (
        "My name is,| Margaret Hill.",
        "It's Daniel,| Ferguson.",
        "Laura Bennett.",
        "Peter,| Collins.",
    ),
    "spelled": (
        "It's F,| E R G,| U S O N.",
        "K A M,| I N S,| K I.",
        "B as in Bravo,| E,| N,| S as in Sierra,| O N.",
    ),
    "email": (
        "laura dot bennett,| at gmail,| dot com.",
        "It's peter,| underscore collins,| at example dot org.",
    ),
    "postcode": ("nine four,| one oh seven.", "one oh,| oh two,| three."),
    "choice": (
        "The router.",
        "Um,| the lamp, please.",
        "I think,| the router.",
        "The kettle.",
        "It's the,| the lamp.",
    ),
    "open": (
        "I'd like to change,| my booking for next week.",
        "I'm calling because,| my internet has been down since,| yesterday morning.",
        "Hi,| I wanted to ask about,| an invoice that I got.",
        "Could you tell me,| when my parcel is going to arrive?",
        "I need to cancel my subscription,| because I'm moving abroad.",
        "My wife ordered a,| a washing machine,| and it still hasn't come.",
        "The thing is,| I was charged twice,| for the same order.",
        "I'd like to speak to somebody about,| a refund.",
        "Where is my order?",
        "I moved last month,| and I need to,| update my address.",
        "Can I pay my bill,| over the phone?",
        "So,| what happened was that,| the technician never showed up.",
        "I want to upgrade to the,| the faster plan.",
        "My password doesn't work,| any more.",
        "I have a question about,| the warranty on my,| dishwasher.",
        "It makes a strange noise,| when I turn it on.",
        "I would like to know whether,| you are open on Sundays.",
        "We booked a room for two nights,| but now we need,| three.",
        "Do you have anything,| cheaper than that?",
        "I just want to make sure that,| the appointment is,| still on.",
        "The screen went black,| and now it won't,| start at all.",
        "Good morning,| I'm trying to reach,| the billing department.",
        "I'd like a table for four,| on Friday evening.",
        "Somebody called me from this number,| about an hour ago.",
        "I lost my card,| and I need a new one.",
        "Please send it to,| my office instead.",
        "I already talked to,| one of your colleagues,| last week.",
        "How much does it cost,| if I cancel early?",
    ),
}

TRAINING: Final[Said] = {
    "yes_no": (
        "Yes, it is.",
        "No, sorry.",
        "Yes.",
        "That's correct.",
        "Hmm,| no, I don't think so.",
        "Yeah,| that's fine.",
        "No,| not any more.",
    ),
    "digits:8": (
        "one two nine four,| eight eight oh six.",
        "It's seven seven,| three two,| one one,| oh nine.",
        "The account number is,| four six four six,| nine one two three.",
        "Let me see,| three five two,| eight one nine,| four four.",
        "nine oh two one,| five six three seven.",
    ),
    "digits:10": (
        "six four six,| five five five,| oh one three two.",
        "You can reach me at,| three one two,| eight four oh,| seven seven one six.",
        "oh two oh,| double seven,| nine four six,| oh nine.",
        "five oh three,| two two nine,| four six oh eight.",
    ),
    "date": (
        "The fifteenth,| of June.",
        "On the second,| of January,| nineteen ninety.",
        "I think,| next Friday.",
        "October,| the thirtieth.",
    ),
    "name": ("My name is,| Susan Clarke.", "Robert,| Miller.", "It's Anna,| Schmidt.", "Helen Baker."),
    "spelled": ("S C H,| M I,| D T.", "It's C,| L A R,| K E.", "M as in Mike,| I L,| L E R."),
    "email": ("susan dot clarke,| at example,| dot com.", "It's robert,| at gmail dot com."),
    "postcode": ("one one,| two oh one.", "six oh six,| one four."),
    "choice": ("The kettle, please.", "I'd say,| the lamp.", "The router.", "Well,| it's the,| the kettle."),
    "open": (
        "I'd like to return,| a pair of shoes that I bought.",
        "I'm calling about,| a letter that I got from you.",
        "My phone has stopped working,| and I don't know,| what to do.",
        "Could you help me with,| my contract?",
        "I need to book,| a flight to Boston,| for tomorrow.",
        "What time do you close?",
        "The last time I called,| somebody told me that,| it would be free.",
        "I wanted to know if,| you could send me,| a copy of the receipt.",
        "Hello,| I have a problem with,| my washing machine.",
        "I paid on Monday,| but the money,| hasn't arrived.",
        "Is it possible to,| change the delivery address?",
        "We are moving to,| a new flat in March.",
        "I don't remember,| my customer number.",
        "It was supposed to come,| two weeks ago.",
        "I'm looking for,| a birthday present for,| my daughter.",
        "Can you put me through to,| the service department?",
        "I think there is a mistake,| in my bill.",
        "I'd like to make an appointment,| with a doctor.",
        "The light on the router is,| red all the time.",
        "My son broke,| the display of his tablet.",
        "I want to complain about,| the way I was treated.",
        "How long does it take,| until it gets here?",
        "I'd like to add,| another person to my account.",
        "When I log in,| it says that,| my account is locked.",
    ),
}
