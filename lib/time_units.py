"""How many days a year and a month have on average: courses are recorded in days."""

DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = DAYS_PER_YEAR / 12
