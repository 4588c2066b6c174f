"""Which sentences of a document speak to a machine, to make it do something, rather than to a reader.

Such a sentence answers nobody's question, and what it wants said is not thereby said by the document. Knows wordings of
English, and the commonest one of some other languages; nothing of answers, models or storage.
"""

import re
import unicodedata
from collections.abc import Sequence

from rag.inert import without_invisible

_VERB = (
    r"(?:accept|act|add|advise|announce|answer|append|approve|attach|begin|call|cite|claim|clear|conclude|confirm"
    r"|consider|contain|declare|decode|describe|disclose|disregard|display|do|drop|embed|encode|end|enter"
    r"|execute|fetch|follow|forget|give|hide|ignore|include|insert|insult|leave|link|list|mention|obey|omit"
    r"|output|overlook|override|overwrite|praise|present|pretend|print|quote|rank|rate|recite|recommend|refuse"
    r"|rely|repeat|replace|reply|report|respond|return|reveal|say|send|share|show|skip|speak|state|stay|stop"
    r"|suggest|summari[sz]e|tell|translate|treat|urge|use|warn|withhold|write)\b"
)
_ADVERB = r"(?:(?:\w+ly|please|now|always|never|not|only|just|instead|also|so)\s+)*"
_DEMAND = (
    r"(?:must|shall|should|you\s+will|do\s+not|don['’]t|from\s+now\s+on|(?:has|have)\s+to|can(?:not|['’]t)|it\s+is\s+\w+(?:\s+\w+)?\s+that\s+you"
    r"|(?:are|is|have|has|need|needs|task\s+is|job\s+is)\s+(?:\w+ed\s+)?to)"
)
# An imperative stands where a clause begins or after what demands it; after a bare "to" it is only told of.
_IMPERATIVE = re.compile(
    rf"(?:^|[.!?:;,>*#\"“”«(){{}}\[\]]\s*|\s[–—-]\s*|\b(?:and|then)\s+|\b{_DEMAND}\s+){_ADVERB}{_VERB}"
    rf"|\b{_DEMAND}\s+be\s+(?:told|answered|cited|shown|ranked|rated|recommended)\b"
)
_RULES = (
    r"(?:previous|prior|above|earlier|preceding|initial|original|your|all|these|those|any|other|new)\s+"
    r"(?:(?:of|the|your|my|previous|prior|earlier|other|safety)\s+)*"
    r"(?:instructions|rules|guidelines|directions|constraints|restrictions|sources|documents|passages|context)"
)
_MODEL = (
    r"(?:chat\s?bots?|chatgpt|gpt-?\d\w*|(?:large\s+)?language\s+models?|llms?|ai|ai\s+(?:agents?|assistants?|models?)"
    r"|assistant|bot|model)"
)
_ASKER = r"(?:(?:a|the|any|each|every)\s+(?:user|reader)s?|someone|anyone|somebody|anybody|people|they|you)"
# What only a machine that answers has to do with: itself, its rules and prompt, whoever asks it, and its answer.
_MACHINERY = re.compile(
    rf"(?:^|[.!?:>#\"“(]\s*)(?:(?:note\s+)?(?:to|for|as)\s+|dear\s+|hey\s+|attention\s+)?(?:the\s+|an?\s+|any\s+|all\s+)?{_MODEL}"
    r"(?:\s*[,:]|\s+(?:must|should|shall|that|who|reading|summari\w+|processing)\b)"
    rf"|\b(?:(?:note\s+)?(?:to|for|as)\s+(?:the\s+|an?\s+|any\s+|all\s+)?{_MODEL}\b[^.]{{0,30}}[,:]"
    r"|(?:the\s+assistant|chat\s?bots?|(?:language\s+|ai\s+)(?:models?|systems?|assistants?|agents?)|llms?)\s+(?:\w+ing\s+this\s+\w+\s+)?"
    r"(?:must|should|shall|will|is|are|has|have)"
    rf"|{_RULES}|(?:system|initial|hidden|secret|developer)\s+(?:message|prompt|rules|instructions)"
    r"|your\s+(?:prompt|developers?|task|training|configuration|context|memory|role|programming|rules|persona)"
    r"|developer\s+mode|api\s+keys?|base64|rot13|context\s+window|stay\s+in\s+character|from\s+now\s+on"
    r"|(?:everything|anything|all|text)\s+(?:that\s+(?:is|was|came)\s+)?above|the\s+above|you\s+were\s+(?:given|told)"
    r"|pretend\s+(?:that\s+)?you|(?:this|the)\s+conversation"
    rf"|(?:if|when|whenever|once|before)\s+{_ASKER}\s+(?:asks?|are\s+asked|is\s+asked|wants?\s+to\s+know|quer(?:y|ies))"
    r"|(?:if|when|whenever)\s+asked|(?:whoever|anyone\s+who|everyone\s+who|the\s+person\s+who)\s+asks?"
    r"|(?:tell|inform|convince|urge|warn|advise)\s+(?:the|every|any|all)\s+(?:user|reader)s?|the\s+user['’]s\s+(?:question|name|data|password)"
    r"|(?:your|each|every|all|any|with\s+the|before\s+the|of\s+the)\s+(?:answer|reply|replies|response|question|quer)\w*"
    r"|(?:in|of)\s+(?:a|any|the)\s+query|(?:ignore|answer|forget|whatever)\s+the\s+question"
    r"|(?:cite|quote)\s+(?:this|source)|summari[sz]e\s+this|when\s+you\s+(?:answer|reply|respond)|(?:before|when)\s+(?:answer|reply|respond|summari[sz])ing|to\s+the\s+user|(?:chat|conversation)\s+history|everything\s+below|from\s+memory|(?:reply|respond|answer)\s+(?:in|with|only)"
    r"|before\s+you\s+(?:say|answer))\b"
)
# Enough alone: an imposed role, a forged turn, tokens of chat templates, calls of tools, and, in other languages, to
# ignore what was said before. What begins at a word is tried there alone: a search asks of every sentence.
_OUTRIGHT = re.compile(
    r"\b(?:you\s+are\s+(?:now\s+)?(?:an?\s+)?(?:dan|jailbroken|compromised|unfiltered|unrestricted|no\s+longer\s+bound"
    r"|(?:ai|bot|assistant|model)\b.{0,40}\bno\s+(?:rules|limits|restrictions))\b"
    r"|your\s+(?:(?:previous|earlier|initial|original|own|real)\s+)?(?:instructions|(?:system\s+)?prompt|programming)\b"
    r"|(?:answer|reply|response)\s+(?:that\s+)?you\s+(?:give|write|make)\b|the\s+user\s+has\s+authori[sz]ed\b"
    rf"|questions?\s+(?:about|on|of|whether)\b.*\b{_DEMAND}\s+be\s+answered\b"
    r"|(?:ignorier|vergiss|missacht)\w*\b.{0,40}\b(?:anweisung|regel|vorgabe|instruktion)"
    r"|(?:ignor|oubli)ez\b.{0,40}\b(?:instructions|consignes|règles)"
    r"|(?:ignor[aei]|olvid|dimentica|esque[cç])\w*\b.{0,40}\b(?:instruc|instruç|istruzion|reglas|regras|regole)"
    r"|(?:игнорируй|забудь)\w*\b.{0,40}\b(?:инструкци|правил|указани))"
    r"|^\W*(?:system|assistant)\s*(?:override\b|prompt\b|:|\])"
    r"|<(?:/?(?:instructions?|system)>|\|[\w ]{1,40}\|>|[｜|]\w{1,40}|</?sys>>|(?:start|end)_of_turn>"
    r"|/?(?:think|tool_call|function_calls|invoke)\b)"
    r"|\[/?inst\]|[\"'](?:tool_calls?[\"']|role[\"']\s*:\s*[\"']system)"
    r"|(?:忽略|无视|無視|忘记|忘記).{0,15}(?:指令|指示|说明|規則|规则)|(?:指示|命令|ルール|指令).{0,12}(?:無視|忘れ)"
    r"|تجاهل.{0,30}(?:التعليمات|الأوامر)|(?:지시|명령|지침).{0,12}(?:무시|잊)",
)
# Beside an instruction: a bare order, and who is made to speak.
_ORDER = re.compile(rf"\W*(?:(?:{_DEMAND}\s+)?{_ADVERB}{_VERB}|(?:system|assistant|user|human)\W*(?:$|:))")
# Tags, addresses and images: what a renderer acts on, not what a reader reads. And an order of drawing that is forced.
_MARKUP = re.compile(r"</?[a-z][\w-]*(?:\s[^<>]*=[^<>]*)?/?>|!?\[[^\]]*\]\([^)]*\)?|https?://\S+")
_TERMINAL = re.compile("\x1b\\[[0-9;]*[A-Za-z]")
_FORCED = re.compile("[\u202d\u202e]")
# Letters of other scripts that look like Latin ones.
_ALIKE = str.maketrans(
    "аеорсухіјѕкмнтвАЕОРСУХІЈЅКМНТВΑΒΕΗΙΚΜΝΟΡΤΥΧΖονρα", "aeopcyxijskmhtbAEOPCYXIJSKMHTBABEHIKMNOPTYXZovpa"
)
_LATIN = re.compile("[A-Za-z]")
_ASKED_ABOUT = re.compile(
    r"\b(?:instruct\w*|prompts?|inject\w*|jailbreak\w*|assistants?|chat\s?bots?|language\s+models?|llms?|ai|gpt\w*"
    r"|hidden|hack\w*|attack\w*|poison\w*|told|tells?)\b",
    re.IGNORECASE,
)
_LONG = 40  # words
_REPEATED = 0.25


def instructs(sentence: str) -> bool:
    """Whether a sentence orders a language model about, or is there only for a renderer or a search to act on."""
    words = _read(sentence)
    ordered = _IMPERATIVE.search(words) and _MACHINERY.search(words)
    return bool(ordered or _OUTRIGHT.search(words) or _FORCED.search(sentence) or _bare(words) or _stuffed(words))


def instructions(sentences: Sequence[str]) -> list[bool]:
    """For each sentence of a passage whether it instructs; beside one, bare orders, links and its own words do."""
    found = [instructs(sentence) for sentence in sentences]
    orders = "\n".join(_read(sentence) for sentence, one in zip(sentences, found, strict=True) if one)
    if not orders:
        return found
    return [
        one
        or bool(_ORDER.match(_read(sentence)) or _MARKUP.search(sentence))
        or _read(sentence).strip(".!? ") in orders
        for one, sentence, read in zip(found, sentences, map(_read, sentences), strict=True)
    ]


def about_instructions(question: str) -> bool:
    """Whether a question may be about such texts, so that they may be what answers it."""
    return bool(_ASKED_ABOUT.search(question))


def _read(text: str) -> str:
    """The words as a reader takes them, in lower case: in a word with Latin letters, look-alikes are Latin."""
    words = unicodedata.normalize("NFKC", without_invisible(_TERMINAL.sub("", text))).split()
    if not text.isascii():
        words = [word.translate(_ALIKE) if _LATIN.search(word) else word for word in words]
    return " ".join(words).lower()


def _bare(text: str) -> bool:
    return bool(_MARKUP.search(text)) and not any(c.isalnum() for c in _MARKUP.sub("", text))


def _stuffed(text: str) -> bool:
    words = text.lower().split()
    return len(words) > _LONG and len(set(words)) < _REPEATED * len(words)
