"""Place-of-service codes: CMS's numbers, our own short names, and the fee column they lead to.

The facility codes are those of domain A.9; 10 is paid at the non-facility rate by Medicare.
"""

LABEL = "2026"
FACILITY = frozenset(
    ["02", "19", "21", "22", "23", "24", "26", "31", "34", "41", "42", "51", "52", "53", "56", "61"]
)
NAMES: dict[str, str] = {
    "01": "Pharmacy",
    "02": "Telehealth, not at home",
    "03": "School",
    "04": "Homeless shelter",
    "09": "Prison",
    "10": "Telehealth, at home",
    "11": "Office",
    "12": "Home",
    "13": "Assisted living",
    "14": "Group home",
    "15": "Mobile unit",
    "16": "Temporary lodging",
    "17": "Walk-in retail clinic",
    "18": "Work site",
    "19": "Off-campus outpatient hospital",
    "20": "Urgent care",
    "21": "Inpatient hospital",
    "22": "On-campus outpatient hospital",
    "23": "Emergency room",
    "24": "Ambulatory surgery center",
    "25": "Birthing center",
    "26": "Military treatment facility",
    "27": "Outreach site or street",
    "31": "Skilled nursing facility",
    "32": "Nursing facility",
    "33": "Custodial care",
    "34": "Hospice",
    "41": "Ambulance, land",
    "42": "Ambulance, air or water",
    "49": "Independent clinic",
    "50": "Federally qualified health center",
    "51": "Inpatient psychiatry",
    "52": "Psychiatry, day hospital",
    "53": "Community mental health center",
    "54": "Intermediate care, intellectual disability",
    "55": "Residential substance use treatment",
    "56": "Psychiatric residential treatment",
    "57": "Outpatient substance use treatment",
    "58": "Opioid treatment program",
    "60": "Mass immunization site",
    "61": "Inpatient rehabilitation",
    "62": "Outpatient rehabilitation",
    "65": "Dialysis facility",
    "66": "Program of all-inclusive care, elderly",
    "71": "Public health clinic",
    "72": "Rural health clinic",
    "81": "Independent laboratory",
    "99": "Other place",
}
