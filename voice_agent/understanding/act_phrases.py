"""What people say to steer a conversation, in English, as one table. Another language is another table.

Phrases are regular expressions over words in lower case without punctuation or apostrophes ("thats", "dont"), matched
at
word boundaries. The longest phrase that begins at a word wins, so exceptions are written down as longer phrases.
Names in braces are the word groups below.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from voice_agent.understanding.act_kinds import Act

GROUPS: Final[Mapping[str, str]] = {
    "it": r"(?:it|that|this|them|those|everything|the whole thing|the whole process|what (?:you|we) (?:just )?(?:said|"
    r"were doing|are doing))",
    "is": r"(?:s|is| is|was| was| sounds| looks| seems|d be| would be|ll be| will be)",
    "very": r"(?:really |very |quite |just |absolutely |totally |all |completely |perfectly |exactly |definitely |"
    r"entirely )*",
    "person": (
        r"(?:person|human|human being|agent|live agent|operator|representative|rep|advisor|adviser|assistant|someone|"
        r"somebody|anyone|manager|supervisor|colleague|people|man|woman|customer service|customer care|"
        r"customer support|"
        r"support team|support|reception|service desk|real one)"
    ),
    "a": r"(?:an?|the|your|some|any|one of your|another|an actual|a real|a live|a human|an actual human|a real live|"
    r"a proper|real|actual|live|human|actual human|actual live)",
    "expected": (
        r"(?:right|correct|true|it|me|mine|the one|what i (?:said|meant|want|wanted|asked for|need)|accurate|good|"
        r"okay|ok|fine)"
    ),
    "end": r"(?= (?:please|thanks|thank|sorry|sir|maam|madam|now|no|yes|but|so|bye)(?: |$)|$)",
    "moment": r"(?:second|seconds|sec|secs|moment|minute|minutes|min|mo|tick|bit|moments)",
    "may": r"(?:can|could|may|would|will|please|can i|could i|may i|can you|could you|would you|will you|"
    r"can you please|could you please|would you mind|would you please)",
}

PHRASES: Final[Mapping[Act, tuple[str, ...]]] = {
    Act.AFFIRM: (
        r"y(?:es|eah|ep|up|eh|a|ah)|yes (?:sir|maam|madam|indeed|please)|aye|uh huh|mm ?hmm?|mhm",
        r"(?:ok|okay|k|kay|alright|all right)",
        r"sure(?: thing)?|of course|absolutely|definitely|certainly|exactly|precisely|indeed|totally|naturally",
        r"{very}(?:correct|right|true|fine|good|perfect|great|spot on|accurate)",
        r"(?:thats|that{is}|its|it{is}|this{is}|youre|you are|sounds|looks|seems|all) {very}"
        r"(?:right|correct|true|fine|good|great|perfect|ok|okay|alright|all right|spot on|accurate|lovely|the one|it|"
        r"me)",
        r"(?:(?<!should )(?<!can )(?<!could )(?<!must )(?<!do )(?<!shall )i do|it is|it does|that is|i am|i have|we do|"
        r"it was|i would|i did){end}|that would be great|that works|"
        r"works for me",
        r"(?:please do|do it|do that|go ahead|go for it|carry on|lets do (?:it|that)|yes do|by all means|why not|"
        r"proceed)",
        r"(?:i think so|i believe so|i guess so|i suppose so|i suppose|i hope so|i would like that|id like that|"
        r"id love to)",
        r"you(?: ha)?ve got it|you got it|got it in one|affirmative|confirmed|i confirm|i agree|agreed|you bet|"
        r"makes sense",
        r"(?:(?:thats|its|that is|it is|this is) not|(?:that|it|this) isnt) (?:wrong|incorrect|bad|a bad idea)",
        r"(?:no|not) doubt|without a doubt|not wrong|no mistake",
    ),
    Act.DENY: (
        r"n(?:o|ope|ah|aw|ay)|uh uh|nuh uh|no (?:sir|maam|madam)|no no(?: no)*|negative|never",
        r"(?:no )?not (?:really|at all|quite|exactly|yet|now|today|that one|this one|right now|correct|right|it|"
        r"particularly|that|this)",
        r"(?:of course|absolutely|definitely|certainly|probably|actually|no|im afraid|rather|hopefully|"
        r"preferably) not",
        r"(?:no )?(?:thats|that{is}|its|it{is}|this{is}|youre|you are|you have(?: got)?|youve(?: got)?) "
        r"(?:all |completely |totally |quite |still |just |definitely )?(?:wrong|incorrect|false|mistaken|inaccurate|"
        r"off|it wrong|that wrong)",
        r"(?:thats|that is|its|it is|that was|it was|this is) (?:not|never)"
        r"(?: (?:quite|really|entirely|exactly|at all))*(?: {expected})?",
        r"(?:that |it |this )?(?:isnt|aint|wasnt|doesnt|didnt)"
        r"(?: (?:quite|really|entirely|exactly|sound|look|seem))*(?: {expected})?",
        r"(?:wrong|incorrect|false|mistaken|wrong (?:one|number|order|account)){end}|^(?:wrong|incorrect|false|"
        r"mistaken)",
        r"i (?:dont|do not) (?:think|believe) (?:so|that{is} (?:right|correct|it)|thats (?:right|correct|it)|"
        r"its (?:right|correct))",
        r"i wouldnt say (?:so|that)",
        r"(?:please )?(?:dont|do not) do (?:it|that)(?: please)?|^(?:no )?(?:please )?(?:dont|do not)|(?:dont|"
        r"do not){end}|id rather not|i would rather not|"
        r"i dont want (?:to|that|it)|i do not want (?:to|that|it)",
        r"(?:i dont|i do not|it does not|i am not|im not|i have not|i havent|i didnt|i did not|i wouldnt|i cant|"
        r"we dont){end}",
        r"no (?:thanks|thank you|thank you very much|ta|cheers|way|chance)|nothing(?: (?:else|more|further|really))?|"
        r"(?:none|neither) of (?:them|those|these|that|it|your business)|none|neither",
        r"no (?:thanks |thank you )?(?:thats|that is) (?:all|it|everything|fine|okay|ok|all right|alright|all thanks|"
        r"enough)",
        r"no (?:im|i am) (?:good|fine|ok|okay|all right|alright|all set)",
    ),
    Act.REPEAT: (
        r"(?:{may} )*(?:you )?(?:please )?(?:repeat|say|read|tell me|run)(?:ing)? (?:{it}|the (?:last (?:bit|part|one|"
        r"thing)|"
        r"number|question|options?|order)|your question)(?: (?:again|back|once more|one more time|by me again|for me|"
        r"to me|please|past me))*",
        r"(?:{may} )*(?:please )?(?:repeat|say again|go over {it} again|repeat please|come again|go again|go back|"
        r"once again)",
        r"(?:once|one time) more|one more time|again(?: please)?|(?:say|repeat) what",
        r"(?:i )?(?:beg (?:your )?pardon|beg your pardon|pardon(?: me)?)|excuse me|huh|eh",
        r"what(?: was (?:that|it|the (?:last|first) (?:bit|part))| did you (?:just )?say| is that| were (?:you|they|"
        r"the options?)(?: saying)?|s that)(?: again| sorry)?",
        r"(?:sorry|wait) (?:what|i (?:didnt|did not|couldnt|cant)(?: quite)? (?:hear|catch|get|understand)(?: (?:you|"
        r"{it}))?)",
        r"(?:i )?(?:didnt|did not|couldnt|could not|cant|cannot|can not|missed|dont)(?: quite| really)? (?:hear|catch|"
        r"get|understand|make out)"
        r"(?: (?:you|{it}|a word|anything|what you (?:just )?said|the (?:last|question)(?: (?:part|bit))?))?",
        r"i missed (?:{it}|the last (?:bit|part|thing))|you(?:re| are) breaking up|(?:can you )?speak up|louder",
    ),
    Act.SLOWER: (
        r"(?:{may} )*(?:please )?(?:say (?:{it} )?|speak |go |talk |repeat (?:{it} )?|read (?:{it} )?|do (?:{it} )?)?"
        r"(?:(?:a (?:bit|little)|much|more|again|but) )*(?:more slowly|slow(?:er|ly)(?: (?:please|this time))?|"
        r"slow down)(?: (?:a (?:bit|little)|please))*",
        r"(?:(?:you(?:re| are)|thats|that was|its|it is) )?(?:talking |speaking |going |much |a bit |"
        r"way )*too (?:fast|quick|quickly)(?: for me)?",
        r"not so fast",
    ),
    Act.HOLD_ON: (
        r"(?:please )?(?:hold|hang) on(?: (?:a|one|just a|for a))?(?: {moment})?(?: please)?|hold the line|"
        r"(?:please )?hold(?: please)?",
        r"(?:no )?wait(?: (?:a|one|just a|for a)?(?: ?{moment}))?(?: please)?|wait wait",
        r"(?:just |only )?(?:a|one|two|half a) {moment}(?: please)?|(?:just|only) {moment}",
        r"(?:{may} )*(?:just )?(?:give|gimme|allow)(?: me)? (?:just )?(?:a|one|two|half a) (?:quick )?{moment}",
        r"(?:(?:can|could|will|would) you )?bear with me(?: (?:a|one|just a|for a) {moment})?",
        r"(?:just )?(?:let me|ill|i will|i have to|i need to|im gonna|im just) (?:just |quickly |go and |go )*"
        r"(?:check|look|see|find|get|grab|fetch|think|looking|finding|getting|checking)"
        r"(?: (?:it|that|it up|about it|about that|for (?:it|that)|(?:my|the|a|for my|for the) \w+(?: number)?))?",
        r"i(?:m| am) (?:just )?looking for it|not ready(?: yet)?|im not ready(?: yet)?",
    ),
    Act.WANT_HUMAN: (
        r"(?:i )?(?:want|need|would like|d like|id like|wanna|like|prefer|id prefer|rather|id rather|demand)(?: to|"
        r" have)*"
        r"(?: (?:speak|talk|chat))?(?: (?:to|with))?(?: {a})* {person}(?: please)?",
        r"(?:speak|talk|chat|get|put|pass|connect|transfer|switch|hand|forward|send|patch|give)(?:ing)?(?: (?:me|us|"
        r"my call|this call|this|over|through|back))*"
        r"(?: (?:to|with|over to|through to))?(?: {a})* {person}(?: please)?",
        r"(?:is there|are there|do you have|have you got|is|get)(?: {a})* {person}(?: (?:there|available|"
        r"i can (?:talk|speak) (?:to|with)|who can help(?: me)?))?",
        r"(?:{a} )*(?:human|operator|representative|real person|live agent|real human|agent|customer service|"
        r"customer support|live person|actual person|human being)(?: please)?",
        r"(?:{a} )*(?:person|someone|somebody|supervisor|manager) please",
        r"(?:transfer|connect) me(?: please)?|put me through(?: please)?",
        r"(?:i (?:dont|do not) want|stop|not|sick of|tired of|i hate)(?: to)?(?: (?:talk|speak|talking|speaking|"
        r"be talking))?(?: (?:to|with))? "
        r"(?:a|this|the|you|some)? ?(?:machine|robot|bot|computer|recording|ai|automated system|voice assistant)",
        r"(?:you(?:re| are) (?:a|just a) )(?:robot|machine|bot|computer)",
    ),
    Act.CALL_BACK: (
        r"(?:i )?(?:want|need|would like|d like|id like|wanna|like|prefer|id prefer|rather|id rather)(?: to)?"
        r"(?: (?:have|get))?(?: {a})* {person} (?:to |who (?:can|could|will) )?(?:call|ring|phone|contact)(?: me)?"
        r"(?: back)?(?: please)?",
        r"(?:{may} )*(?:(?:you|they|{a} {person}|{person}|one of (?:you|them)) )?(?:please )?(?:call|ring|phone) "
        r"me back(?: please)?",
        r"(?:{may} )*(?:{a} )*{person} (?:please )?(?:call|ring|phone) me(?: please)?",
        r"(?:i )?(?:(?:want|need|would like|id like|{may} i (?:have|get)|(?:request|arrange|book)) )?(?:a |to )?"
        r"call ?back(?: please)?",
    ),
    Act.OFFERS: (
        r"what (?:all |else )?(?:can|could) (?:you|i) (?:do|help|ask|offer)(?: (?:for|me|us|you|with|here|exactly|"
        r"today))*",
        r"(?:what (?:do you|are you able to|can you)|how (?:can|could|do) you) (?:do|help)(?: (?:me|us|with|here))*",
        r"what (?:are you|is this) (?:for|good for)|what are you capable of",
    ),
    Act.WHO: (
        r"(?:wait )?(?:are you|is this|am i (?:talking|speaking) (?:to|with)) (?:really |actually |just )?(?:an? )?"
        r"(?:real |actual |live )?(?:person|human(?: being)?|robot|machine|bot|computer|ai|recording|chatbot)"
        r"(?: or (?:an? )?(?:real |actual )?(?:person|human|robot|machine|bot|computer|ai))?",
        r"(?:who are you|(?:what(?:s| is) your name|who am i (?:talking|speaking) (?:to|with)))(?: please)?",
    ),
    Act.CANCEL: (
        r"i (?:dont|do not) want to (?:change|move|cancel|return|do|book|order|buy|switch|upgrade) "
        r"(?:it|that|this|them|anything)(?: (?:any ?more|after all|now))?",
        r"(?:i want to |id like to |please |lets |just |can we |can you |actually )*(?:cancel|stop|abort|drop|scrap|"
        r"forget|skip|leave) {it}(?: please)?",
        r"(?:cancel|stop|abort|quit)(?: please)?$|stop stop",
        r"(?:oh |ah )?never ?mind(?: that| it)?|forget (?:about )?(?:it|that)|dont (?:worry|bother)(?: about (?:it|"
        r"that))?|doesnt matter|it doesnt matter",
        r"ive changed my mind|i changed my mind|i dont want (?:to do )?(?:it|that|this) (?:any ?more|after all)|"
        r"(?:lets )?start (?:over|again)",
    ),
    Act.GOODBYE: (
        r"(?:good ?)?bye(?: (?:bye|now|then|for now))*|see (?:you|ya)(?: (?:later|soon|then))?|take care|cheerio|"
        r"farewell|so long",
        r"have a (?:very |really )?(?:nice|good|great|lovely|wonderful) (?:day|one|evening|afternoon|weekend|night|"
        r"rest of your day)|good ?night",
        r"(?:i think )?(?:thats|that is|that will be|thatll be) (?:all|everything)(?: (?:for (?:now|today)|i (?:need|"
        r"needed|wanted)|thanks|thank you|then))*",
        r"(?:i think )?(?:im|i am|were|we are) (?:done|finished|all set|all good|good to go)(?: (?:here|now|thanks))*|"
        r"nothing else(?: thanks| thank you)?",
        r"no (?:thanks |thank you )?(?:thats|that is) (?:all|everything)(?: (?:thanks|thank you|for (?:now|today)))*",
        r"im hanging up|i have to go|i(?: ha)?ve got to go|gotta go|talk to you later",
    ),
    Act.GREET: (
        r"(?:hi|hello|hey|hiya|howdy|hallo|hullo|heya|greetings|good (?:morning|afternoon|evening|day))"
        r"(?: there)?|^(?:morning|evening|afternoon)(?: there)?",
        r"how are you(?: (?:doing|today|doing today))?|how(?:s| is) it going|how do you do|nice to meet you|whats up|"
        r"is (?:this|that) working|are you there|anybody there|anyone there|can you hear me",
    ),
    Act.SPELL: (
        r"(?:{may} )*(?:please )?spell (?:{it} )?(?:out )?(?:{it}|the name|your name|the word)?"
        r"(?: (?:out|again|for me|please))*",
        r"letter by letter|one letter at a time|(?:how (?:do you|does one|would you) spell {it})|how is {it} "
        r"(?:spelled|spelt|written)",
    ),
    Act.THANK: (
        r"(?:many )?(?:thanks|thank you|cheers|ta|much appreciated|(?:i )?(?:really )?appreciate (?:it|that|"
        r"your help))"
        r"(?: (?:very much|so much|a lot|a bunch|for that|for everything|for (?:all )?(?:your|the) (?:help|time|"
        r"assistance)|again|ever so much))*",
    ),
    Act.UNSURE: (
        r"(?:im |i am )?not (?:really |quite |entirely |too |so )?(?:sure|certain)(?: (?:about that|really))?|"
        r"im unsure|no idea|no clue|not a clue|"
        r"i (?:really )?(?:dont|do not)(?: really)? (?:know|remember|have (?:it|that|one)|have (?:my|the|an?) (?:\w+ )?"
        r"number)(?: (?:it|that|sorry|(?:my|the|an?) (?:\w+ )?number|with me|on me|here|to hand|at hand))*|"
        r"i have no (?:idea|clue)|i forgot|"
        r"i (?:cant|cannot) (?:remember|find it|say)|maybe|perhaps|possibly|it depends|hard to say",
    ),
    Act.CORRECT: (
        r"(?:sorry )?i (?:meant|mean)(?: to say)?|what i meant (?:was|is)|(?:let me correct (?:that|myself))|"
        r"(?:scratch|strike) that|correction|my mistake it(?:s| is)|rather make (?:it|that)",
    ),
    Act.NEUTRAL: (
        r"no (?:problem|problems|worries|need|rush|hurry|bother)(?: at all)?|not a problem|thats no problem|"
        r"not to worry",
        r"not bad|cant complain|im (?:fine|good|well|great)|i am (?:fine|good|well|great)|im doing (?:fine|good|well)",
        r"sorry(?: about that)?|apologies|my (?:bad|mistake|apologies)",
        r"right (?:now|away|here|there)|i (?:cant|cannot|can not) (?:really )?(?:talk|speak) (?:now|right now|"
        r"at the moment|for long|long)",
        r"(?:but |because )?(?:im|i am) (?:\w+ )?(?:(?:in|at) (?:the middle of )?(?:a |an |the |my |another )?"
        r"(?:meeting|appointment|call|office|work|lunch|dinner)|driving|busy)(?: (?:now|at the moment|right now))?",
        r"i see|got it|i understand|understood|right then|fair enough|oh right|oh ok|oh okay|oh i see|lovely|great|"
        r"good|perfect|cool|nice|brilliant|super|excellent|fine then",
        r"(?:you )?(?:dont|do not) (?:need|have) to|i have a question|i(?: ha)?ve got a question|can you help(?: me)?|"
        r"could you help(?: me)?|i need (?:some )?help|help|help me",
    ),
}

ALSO: Final[Mapping[str, Act]] = {
    r"no (?:thanks |thank you )?(?:thats|that is) (?:all|everything)\b.*": Act.DENY,
    r"nothing else.*": Act.DENY,
}
"""Phrases that do a second thing, first of the two."""

NEGATORS: Final = (
    r"(?:dont|do not|doesnt|didnt|did not|not|never|no need|neednt|without|wont|rather not|instead of|isnt|arent|"
    r"wasnt|aint)"
    r"(?: (?:want|need|have|like|wish|going|gonna|trying|asking|ask|think|believe|you))?"
    r"(?: (?:to|for|you|me|thats|that is|its|a|any|the|you to|quite|really|exactly|entirely|at all|all that))*"
)
"""Words directly before a phrase that turn it round."""

FILLERS: Final = frozenset(
    "um uh er erm hmm mm ah oh eh uhm well like so just please actually basically really then now and but anyway "
    "you know i mean the a to yeah ok okay right ha haha can could would will".split()
)

BACKCHANNEL: Final = frozenset(
    "mm mmm mmhmm mhm hm hmm uh huh aha ah oh yeah yes yep yup ya yah ok okay right sure alright i see got it exactly "
    "true cool great good fine nice really wow gotcha understood of course absolutely perfect lovely haha ha "
    "shure shur sher shuer shui shuai".split()
)
"""Words of which a listener's noises are made, at last what recognisers write for "sure"; what counts as one is in
`dialogue_acts.is_backchannel`."""
