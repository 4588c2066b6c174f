"""Lists of English words by what they do in a sentence: titles, first names, kinds of things, auxiliaries, verbs."""


def listed(words: str) -> frozenset[str]:
    """The words of a line."""
    return frozenset(words.split())


TITLES = listed(
    "mr mrs ms miss sir lady lord dr doctor professor prof president chancellor minister mayor king queen prince "
    "princess captain general colonel major judge senator governor councillor councilor pope bishop secretary "
    "inspector chief prime chairman chairwoman director ambassador sergeant justice"
)
SHE = listed("mrs ms miss lady queen princess chairwoman woman girl mother daughter sister wife aunt actress")
HE = listed("mr sir lord king prince chairman man boy father son brother husband uncle pope")
FIRST_NAMES_SHE = listed(
    "ada agnes alice amy ana angela ann anna anne astrid barbara carla caroline christine clara claire dora edith "
    "elena elisabeth elizabeth ella emily emma eva fiona greta hanna hannah helen ida ines ingrid irene iris jane "
    "jennifer jessica joan julia karen karin kate laura lea lena linda lisa louise lucy maria marie margaret martha "
    "mary mia mira nina nora olga olivia patricia petra rachel rosa ruth sandra sara sarah sofia sonia susan sylvia "
    "theresa ursula vera wanda"
)
FIRST_NAMES_HE = listed(
    "adam alan albert alexander andrew anton arthur ben bernard boris carl charles christopher colin daniel david "
    "denis dmitry donald edward emil eric felix francis frank fred george hans harry henry hugo igor ivan jack jacob "
    "james jan joe john jonas joseph karl kevin leon lewis louis luca marek mark martin matthew michael nicholas nils "
    "oliver oscar otto owen paul pavel peter philip richard robert roger rolf ruben samuel sergei simon stefan "
    "stephen steven thomas tim tom viktor vladimir volodymyr walter william yusuf"
)
FIRST_NAMES = FIRST_NAMES_SHE | FIRST_NAMES_HE
NOT_NAMES = listed("nobody everyone people yes no how only")
GROUPS = listed(
    "instruments optics holding holdings group company corporation corp inc ltd limited bank union army party league "
    "council press works air airlines airways motors systems technologies industries partners association federation "
    "committee commission ministry agency police court parliament senate government club united university institute "
    "college school hospital house foundation society alliance list brothers sons energy foods media studios"
)
THINGS = listed(
    "museum festival zoo open cup prize medal award bridge river mount lake tower theatre library park station "
    "airport harbour act treaty marathon games republic championship league tern heron storm hurricane observatory"
)
PERSON_NOUNS = listed(
    "mayor president minister director captain chief winner author writer singer runner judge banker professor doctor "
    "king queen suspect victim driver pilot engineer teacher nurse founder owner chairman leader governor senator "
    "councillor lawyer prosecutor defendant woman man boy girl player coach trainer scientist astronomer physician "
    "surgeon actor actress artist painter chancellor ambassador general colonel officer soldier candidate successor "
    "predecessor spokesman spokeswoman editor farmer fisher worker voter visitor volcanologist researcher analyst "
    "critic keeper manager executive head boss secretary bishop pope journalist reporter mother father wife husband "
    "daughter son"
)
PEOPLE = listed("people men women children police fans adults staff residents crew passengers patients")
CONJUNCTIONS = listed(
    "although though whereas unless whether because since despite amid once besides unlike given like alongside "
    "amongst atop beside underneath albeit halfway tonight inland onward thrice"
)
DETERMINERS = listed("the a an")
COUNTS = listed("two three four five six seven eight nine ten some several many")
ATTACHING = listed("of in at on near for against between above under behind outside over about from")
DO = listed("do does did will would can could should may might must shall")
BE = listed("is are was were has have had be been being isn't wasn't aren't weren't")
WH = listed("who whom whose what which when where why how")
VERBS = listed(
    "say says said tell told ask asked open opened close begin began become became happen happened win won lose lost "
    "take took get got give gave make made think thought mean meant die go went come came leave left resign build "
    "built write wrote sign pay paid sell sold buy bought want wanted need live lived erupt burn sink sank "
    "announce belong employ own owns destroy draw drew hold held play played found find join hit kill respond reply "
    "answer start started lead leads work worked cost costs last lasted cause caused call called rise rose run ran "
    "know knows"
)
PARTICIPLES = listed(  # of irregular verbs, that are no nouns
    "born broken brought built bought caught chosen drawn driven drowned eaten fought frozen given held hidden kept "
    "known lost made paid seen sent shown shut sold stolen sunk taken taught thrown told torn won worn written"
)
NOUNS_TOO = listed("work cost last cause call rise run start open answer reply hit play found need draw lead")
STOPPERS = DO | BE | WH | {
    "he", "she", "it", "they", "him", "her", "his", "them", "their", "its", "this", "that", "these", "those", "there",
    "i", "we", "you", "to", "with", "by", "as", "than", "since", "until", "before", "after", "through", "into",
    "and", "or", "but", "not", "if", "so", "then", "when", "while", "because", "again", "ever", "else", "also", "any",
    "no", "yes", "my", "our", "your", "exactly", "now", "still", "already", "according", "without", "within", "there's",
    "like", "such", "out", "up", "down", "off", "away", "back", "here", "once",
}  # fmt: skip
