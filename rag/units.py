"""Words for numbers, money and measures, and what each is worth. Tables only."""

_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SMALL = {word: value for value, word in enumerate(_UNITS)} | {word: 10 * i for i, word in enumerate(_TENS, 2)}
LARGE = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12.0}
SUFFIXES = {"k": 1e3, "m": 1e6, "mn": 1e6, "mln": 1e6, "bn": 1e9, "b": 1e9, "tn": 1e12}
_NTHS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth",
)  # fmt: skip
ORDINALS = {word: value for value, word in enumerate(_NTHS, 1)} | {"thirtieth": 30, "fiftieth": 50, "hundredth": 100}
FRACTIONS = {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
SIGNS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3}
MONEY = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen"}
CURRENCIES = {
    "dollar": "dollar", "euro": "euro", "pound": "pound", "yen": "yen", "crown": "crown", "krona": "krona",
    "krone": "krone", "franc": "franc", "mark": "mark", "peso": "peso", "rouble": "rouble", "ruble": "rouble",
    "rupee": "rupee", "yuan": "yuan", "kronor": "krona", "kroner": "krone",
    "dinar": "dinar", "lira": "lira", "lari": "lari", "zloty": "zloty",
    "hryvnia": "hryvnia", "shekel": "shekel", "cent": "cent",
    "usd": "dollar", "eur": "euro", "gbp": "pound",
}  # fmt: skip
MEASURES = {  # unit -> what it is counted in, and how many of it
    "second": ("minute", 1 / 60),
    "minute": ("minute", 1), "min": ("minute", 1), "hour": ("minute", 60), "hr": ("minute", 60),
    "day": ("day", 1), "week": ("day", 7), "fortnight": ("day", 14),
    "month": ("month", 1), "year": ("month", 12), "decade": ("month", 120), "century": ("month", 1200),
    "metre": ("metre", 1), "meter": ("metre", 1), "m": ("metre", 1), "kilometre": ("metre", 1000),
    "kilometer": ("metre", 1000), "km": ("metre", 1000), "centimetre": ("metre", 0.01),
    "centimeter": ("metre", 0.01), "cm": ("metre", 0.01), "millimetre": ("metre", 0.001), "mm": ("metre", 0.001),
    "mile": ("mile", 1), "foot": ("foot", 1), "feet": ("foot", 1), "ft": ("foot", 1),
    "kilogram": ("kilogram", 1), "kilo": ("kilogram", 1), "kg": ("kilogram", 1), "gram": ("kilogram", 0.001),
    "tonne": ("kilogram", 1000), "ton": ("kilogram", 1000), "hectare": ("hectare", 1), "acre": ("acre", 1),
    "litre": ("litre", 1), "liter": ("litre", 1), "gallon": ("gallon", 1), "barrel": ("barrel", 1),
    "yard": ("yard", 1), "inch": ("inch", 1), "inche": ("inch", 1), "ounce": ("ounce", 1), "knot": ("knot", 1),
    "kilowatt": ("megawatt", 0.001), "kw": ("megawatt", 0.001), "megawatt": ("megawatt", 1), "mw": ("megawatt", 1),
    "gigawatt": ("megawatt", 1000), "gw": ("megawatt", 1000), "degree": ("degree", 1),
}  # fmt: skip
SPANS = {"minute", "hour", "day", "week", "month", "year"}  # "a year" is 12 months
TIMES = {
    "once": 1, "both": 2, "twice": 2, "thrice": 3, "doubled": 2, "doubling": 2, "tripled": 3, "tripling": 3,
    "trebled": 3, "quadrupled": 4, "halve": 0.5, "halved": 0.5, "halving": 0.5, "twofold": 2, "threefold": 3,
    "fourfold": 4, "tenfold": 10,
}  # fmt: skip
