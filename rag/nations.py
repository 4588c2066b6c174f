"""Countries with their peoples, languages and other names, and whether a name is one of these."""

import re

_NATIONS = """
america american americans us usa states; britain british briton britons uk; china chinese; denmark danish dane danes;
england english; finland finnish finn finns; france french; germany german germans; greece greek greeks; ireland irish;
netherlands dutch holland; norway norwegian norwegians; poland polish pole poles; portugal portuguese;
russia russian russians; scotland scottish scots; spain spanish spaniard spaniards; sweden swedish swede swedes;
switzerland swiss; turkey turkish turk turks; ukraine ukrainian ukrainians; wales welsh; europe european europeans;
west western;
czechia czech czechs; peru peruvian peruvians; philippines filipino filipinos;
thailand thai thais;
cyprus cypriot cypriots;
iraq iraqi iraqis;
israel israeli israelis; pakistan pakistani pakistanis; yemen yemeni yemenis; kuwait kuwaiti kuwaitis;
india indian indians; syria syrian syrians; cuba cuban cubans; belgium belgian belgians; lebanon lebanese;
afghanistan afghan afghans; argentina argentine argentines argentinian argentinians; korea korean koreans;
japan japanese; italy italian italians; austria austrian austrians; hungary hungarian hungarians;
romania romanian romanians; bulgaria bulgarian bulgarians; serbia serbian serb serbs; croatia croatian croat croats;
slovenia slovenian slovene slovenes; slovakia slovak slovaks; estonia estonian estonians; latvia latvian latvians;
lithuania lithuanian lithuanians; iceland icelandic icelander icelanders; albania albanian albanians;
bosnia bosnian bosnians; macedonia macedonian macedonians; kosovo kosovar kosovars; malta maltese;
luxembourg luxembourgish; belarus belarusian belarusians; moldova moldovan moldovans; georgia georgian georgians;
armenia armenian armenians; azerbaijan azerbaijani azerbaijanis azeri azeris; kazakhstan kazakh kazakhs;
uzbekistan uzbek uzbeks; iran iranian iranians; jordan jordanian jordanians; saudi saudis; qatar qatari qataris;
palestine palestinian palestinians; egypt egyptian egyptians; libya libyan libyans; tunisia tunisian tunisians;
algeria algerian algerians; morocco moroccan moroccans; sudan sudanese; ethiopia ethiopian ethiopians;
eritrea eritrean eritreans; somalia somali somalis; kenya kenyan kenyans; uganda ugandan ugandans;
tanzania tanzanian tanzanians; rwanda rwandan rwandans; congo congolese; nigeria nigerian nigerians;
niger nigerien nigeriens; ghana ghanaian ghanaians; senegal senegalese; mali malian malians; chad chadian chadians;
cameroon cameroonian cameroonians; angola angolan angolans; mozambique mozambican mozambicans;
zambia zambian zambians; zimbabwe zimbabwean zimbabweans; malawi malawian malawians; africa african africans;
canada canadian canadians; mexico mexican mexicans; brazil brazilian brazilians; chile chilean chileans;
colombia colombian colombians; venezuela venezuelan venezuelans; ecuador ecuadorian ecuadorians;
bolivia bolivian bolivians; paraguay paraguayan paraguayans;
uruguay uruguayan uruguayans; panama panamanian panamanians;
guatemala guatemalan guatemalans; honduras honduran hondurans; nicaragua nicaraguan nicaraguans; haiti haitian haitians;
jamaica jamaican jamaicans; australia australian australians; zealand zealander zealanders; nepal nepalese nepali;
bangladesh bangladeshi bangladeshis; myanmar burma burmese; vietnam vietnamese; cambodia cambodian cambodians;
laos laotian laotians; malaysia malaysian malaysians; singapore singaporean singaporeans;
indonesia indonesian indonesians; mongolia mongolian mongolians; taiwan taiwanese; tibet tibetan tibetans;
asia asian asians;
rome roman romans; paris parisian parisians; london londoner londoners; berlin berliner berliners
"""
PEOPLE_OF = {word: words.split()[0] for words in _NATIONS.replace("\n", " ").split(";") for word in words.split()}
"""Each word -> the name of the country."""
OTHER_NAMES = {
    "america": ("united states", "united states of america"), "britain": ("united kingdom",),
    "europe": ("european union", "european commission", "eu"),
}  # fmt: skip
"""A country -> names of more words that mean it."""


def is_land(name: str) -> bool:
    """Whether a name is that of a country or of its people, alone or with a word before it: "South Africa"."""
    parts = name.lower().replace("-", " ").split()
    return bool(parts) and (parts[-1] in PEOPLE_OF or any(" ".join(parts) in names for names in OTHER_NAMES.values()))


def tells_of_a_people(text: str, name: str, end: int) -> bool:
    """Whether a name that ends there is an adjective of a country, before a noun: "Danish" of "the Danish firm"."""
    word = name.lower()
    return PEOPLE_OF.get(word, word) != word and re.match(r"\s+[a-z]", text[end:]) is not None
