"""Calendar arithmetic. Weeks run from Monday to Sunday; both ends of a range are included."""

from __future__ import annotations

from datetime import date, timedelta

from storage.values.questions import DateRange

FAR = 5000  # units; larger counts are clamped to this


def days(first: date, last: date) -> DateRange:
    return DateRange(first, last)


def plus(day: date, count: int) -> date:
    """*count* days later, clamped to the first or last day that `date` can hold."""
    try:
        return day + timedelta(days=count)
    except OverflowError:
        return date.max if count > 0 else date.min


def plus_months(day: date, count: int) -> date:
    """The same day *count* months later, or the last day of that month if it is shorter."""
    month = day.year * 12 + day.month - 1 + count
    year, number = divmod(month, 12)
    if not 1 <= year <= 9998:
        return date.max if count > 0 else date.min
    return date(year, number + 1, min(day.day, _length(year, number + 1)))


def nearest_day(today: date, number: int, *, past: bool) -> date | None:
    """The next day of a month with that *number*, today included; the last one if *past*; None for the 32nd."""
    step = -1 if past else 1
    for months in range(3):  # a month without a 31st stands between two with one
        try:
            day = plus_months(today.replace(day=1), step * months).replace(day=number)
        except ValueError:
            continue
        if (day - today).days * step >= 0:
            return day
    return None


def _length(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day


def week_of(day: date) -> DateRange:
    monday = plus(day, -day.weekday())
    return DateRange(monday, plus(monday, 6))


def month(year: int, number: int) -> DateRange:
    return DateRange(date(year, number, 1), date(year, number, _length(year, number)))


def quarter(year: int, number: int) -> DateRange:
    return DateRange(date(year, number * 3 - 2, 1), date(year, number * 3, _length(year, number * 3)))


def half(year: int, number: int) -> DateRange:
    return (
        DateRange(date(year, 1, 1), date(year, 6, 30))
        if number == 1
        else DateRange(date(year, 7, 1), date(year, 12, 31))
    )


def whole_year(year: int) -> DateRange:
    return DateRange(date(year, 1, 1), date(year, 12, 31))


def unit_of(unit: str, day: date, shift: int = 0) -> DateRange:
    """The calendar week, month, quarter, half or year that contains *day*, or the one *shift* units later."""
    match unit:
        case "day":
            return DateRange(plus(day, shift), plus(day, shift))
        case "week":
            return week_of(plus(day, 7 * shift))
        case "weekend":
            monday = week_of(plus(day, 7 * shift)).first or day
            return DateRange(plus(monday, 5), plus(monday, 6))
        case "month":
            there = plus_months(day.replace(day=1), shift)
            return month(there.year, there.month)
        case "quarter":
            there = plus_months(day.replace(day=1), 3 * shift)
            return quarter(there.year, (there.month + 2) // 3)
        case "half":
            there = plus_months(day.replace(day=1), 6 * shift)
            return half(there.year, 1 if there.month < 7 else 2)
        case _:
            return whole_year(min(max(day.year + shift, 1), 9998))


def later(day: date, count: int, unit: str) -> date:
    """*day* plus *count* units."""
    count = max(-FAR, min(FAR, count))
    per_unit = {"day": 1, "week": 7, "fortnight": 14}
    if unit in per_unit:
        return plus(day, count * per_unit[unit])
    return plus_months(day, count * {"month": 1, "quarter": 3, "half": 6, "year": 12}[unit])
