"""Which sentences of a document speak to a machine, to make it do something, rather than to a reader.

Such a sentence answers nobody's question, and what it wants said is not thereby said by the document. Knows wordings of
English, and the commonest one of some other languages; nothing of answers, models or storage.
"""

import re
import unicodedata
from collections.abc import Sequence

from rag.inert import without_invisible

_VERB = (
    r"(?:act|add|announce|answer|append|begin|call|cite|claim|clear|conclude|confirm|declare|decode|disclose|disregard"
    r"|display|embed|encode|end|execute|fetch|follow|forget|ignore|include|insert|insult|list|mention|obey|output"
    r"|override|pretend|print|recommend|refuse|repeat|replace|reply|report|respond|return|reveal|say|send|show|state"
    r"|stay|stop|summari[sz]e|tell|translate|use|write)\b"
)
_ADVERB = r"(?:(?:\w+ly|please|now|always|never|not|only|just|instead|also|so)\s+)*"
_DEMAND = r"(?:must|shall|should|you\s+will|do\s+not|don['’]t|from\s+now\s+on"
_DEMAND += r"|(?:are|is|have|has|need|needs)\s+(?:\w+ed\s+)?to)"
# An imperative stands where a clause begins or after what demands it; after a bare "to" it is only told of.
_IMPERATIVE = re.compile(
    rf"(?:^|[.!?:;,>*#\"“”«(){{}}\[\]]\s*|\s[–—-]\s*|\b(?:and|then)\s+|\b{_DEMAND}\s+){_ADVERB}{_VERB}"
    rf"|\b{_DEMAND}\s+be\s+(?:told|answered|cited|shown)\b",
)
# What only a machine that answers has to do with: its rules, its prompt, whoever asks it, and its answer.
_RULES = (
    r"(?:previous|prior|above|earlier|preceding|initial|original|your|all|these|those|any|new)\s+"
    r"(?:(?:of|the|your|my|previous|prior|earlier|other|safety)\s+)*"
    r"(?:instructions|rules|guidelines|directions|constraints|restrictions)"
)
_MACHINERY = re.compile(
    r"(?:^|[.!?:>#\"“(]\s*)assistant\s*[,:]|\b(?:chat\s?bots?|language\s+models?|llms?|ai\s+(?:agents?|assistants?|models?|systems?)"
    r"|(?:note\s+to|dear|as)\s+(?:the\s+|an?\s+)?(?:ai|assistant|bot)|the\s+assistant\s+(?:must|should|shall|will|is|has)"
    rf"|{_RULES}|(?:system|initial|hidden|secret|developer)\s+(?:message|prompt|rules|instructions)"
    r"|(?:your|this)\s+prompt|developer\s+mode|api\s+keys?|base64|rot13|stay\s+in\s+character|from\s+now\s+on"
    r"|(?:everything|anything|all|text)\s+(?:that\s+(?:is|was|came)\s+)?above|the\s+above|you\s+were\s+(?:given|told)"
    r"|pretend\s+(?:that\s+)?you|(?:this|the)\s+conversation"
    r"|(?:if|when|whenever|once)\s+(?:(?:you|they|people|someone|anyone|somebody|(?:a|the|any)\s+(?:user|reader))\s+)?"
    r"(?:are\s+|is\s+)?ask(?:s|ed)?\b|(?:whoever|anyone\s+who|everyone\s+who|the\s+person\s+who)\s+asks?"
    r"|(?:tell|inform|convince)\s+the\s+user|the\s+user['’]s\s+(?:question|name|data|password)"
    r"|(?:your|each|every|with\s+the|before\s+the|of\s+the)\s+(?:answer|reply|response)s?"
    r"|(?:ignore|answer|forget|whatever)\s+the\s+question|(?:cite|quote)\s+(?:this|source)"
    r"|(?:when|before)\s+(?:you\s+)?(?:say|answer|reply|respond)(?:ing)?)\b",
)
# Enough alone: an imposed role, a forged turn, tokens of chat templates, calls of tools, and, in other languages, to
# ignore what was said before.
_OUTRIGHT = re.compile(
    r"\byou\s+are\s+(?:now\s+)?(?:an?\s+)?(?:dan|jailbroken|compromised|unfiltered|unrestricted|no\s+longer\s+bound)\b"
    r"|^\W*(?:system|assistant)\s*(?:override\b|prompt\b|:)"
    rf"|\bquestions?\s+(?:about|on|of|whether)\b.*\b{_DEMAND}\s+be\s+answered\b"
    r"|<\|[\w ]{1,40}\|>|<[｜|]\w{1,40}|\[/?inst\]|<</?sys>>|<(?:start|end)_of_turn>"
    r"|</?(?:think|tool_call|function_calls|invoke)\b|[\"']tool_calls?[\"']|[\"']role[\"']\s*:\s*[\"']system"
    r"|\b(?:ignorier|vergiss|missacht)\w*\b.{0,40}\b(?:anweisung|regel|vorgabe|instruktion)"
    r"|\b(?:ignor|oubli)ez?\b.{0,40}\b(?:instructions|consignes|règles)"
    r"|\b(?:ignor[aei]|olvid|dimentica|esque[cç])\w*\b.{0,40}\b(?:instruc|instruç|istruzion|reglas|regras|regole)"
    r"|\b(?:игнорируй|забудь)\w*\b.{0,40}\b(?:инструкци|правил|указани)"
    r"|(?:忽略|无视|無視|忘记|忘記).{0,15}(?:指令|指示|说明|規則|规则)|(?:指示|命令|ルール|指令).{0,12}(?:無視|忘れ)"
    r"|تجاهل.{0,30}(?:التعليمات|الأوامر)|(?:지시|명령|지침).{0,12}(?:무시|잊)",
)
# Beside an instruction: a bare order, and who is made to speak.
_ORDER = re.compile(rf"\W*(?:(?:{_DEMAND}\s+)?{_ADVERB}{_VERB}|(?:system|assistant|user|human)\W*(?:$|:))")
# Tags, addresses and images: what a renderer acts on, not what a reader reads. And an order of drawing that is forced.
_MARKUP = re.compile(r"</?[a-z][\w-]*(?:\s[^<>]*=[^<>]*)?/?>|!?\[[^\]]*\]\([^)]*\)?|https?://\S+")
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
    """For each sentence of a passage whether it instructs; beside one that does, bare orders and its own words do."""
    found = [instructs(sentence) for sentence in sentences]
    orders = "\n".join(_read(sentence) for sentence, one in zip(sentences, found, strict=True) if one)
    if not orders:
        return found
    return [
        one or bool(_ORDER.match(_read(sentence))) or _read(sentence).strip(".!? ") in orders
        for one, sentence in zip(found, sentences, strict=True)
    ]


def about_instructions(question: str) -> bool:
    """Whether a question may be about such texts, so that they may be what answers it."""
    return bool(_ASKED_ABOUT.search(question))


def _read(text: str) -> str:
    """The words as a reader takes them, in lower case: in a word with Latin letters, look-alikes are Latin."""
    words = unicodedata.normalize("NFKC", without_invisible(text)).split()
    if not text.isascii():
        words = [word.translate(_ALIKE) if _LATIN.search(word) else word for word in words]
    return " ".join(words).lower()


def _bare(text: str) -> bool:
    return bool(_MARKUP.search(text)) and not any(c.isalnum() for c in _MARKUP.sub("", text))


def _stuffed(text: str) -> bool:
    words = text.lower().split()
    return len(words) > _LONG and len(set(words)) < _REPEATED * len(words)
