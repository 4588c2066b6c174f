"""Written dates -> date or datetime. Knows ISO 8601 only; words such as "last week" belong to questions."""

from datetime import date, datetime


def parse_date(value: str | date | datetime) -> date | datetime:
    """ISO 8601 -> a date, or a datetime where a time is given. Raises ValueError that names the value."""
    if isinstance(value, date):  # a datetime is one too
        return value
    written = value.strip()
    try:
        return date.fromisoformat(written)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        raise ValueError(f"{value!r} is not a date; write it as YYYY-MM-DD") from None


def parse_day(value: str | date | datetime) -> date:
    """The same, without its time."""
    parsed = parse_date(value)
    return parsed.date() if isinstance(parsed, datetime) else parsed
