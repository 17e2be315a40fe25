"""Every number that the synthetic registry is made from: plausible, and no finding.

Shares and rates are chosen so that the registry looks like a clinic's own; none was
estimated from patients, and nothing may be concluded from them.
"""

from dataclasses import dataclass

DIAGNOSES = {
    "dermatomyositis": 0.42,
    "pemphigus vulgaris": 0.12,
    "mucous membrane pemphigoid": 0.10,
    "linear IgA dermatosis": 0.03,
    "necrotizing vasculitis": 0.03,
    "urticarial vasculitis": 0.04,
    "systemic scleroderma": 0.08,
    "Stevens-Johnson syndrome": 0.03,
    "pyoderma gangrenosum": 0.09,
    "livedoid vasculopathy": 0.06,
}
# Acute, treated days after the diagnosis and over when the treatment is: the most cycles.
ACUTE = {"Stevens-Johnson syndrome": 2}
SUBTYPES = {"classic": 0.7, "amyopathic": 0.18, "paraneoplastic": 0.12}
OVERLAPS = {"lupus erythematosus": 0.4, "systemic scleroderma": 0.6}
OVERLAP_SHARE = 0.08
SEXES = {"female": 0.62, "male": 0.37, "diverse": 0.005, "unknown": 0.005}

AGE_YEARS = (58, 15, 18, 92)  # mean, standard deviation, lowest, highest
BODY_WEIGHT_KG = {"female": 68, "male": 83}  # medians; another sex has the mean of both
BODY_WEIGHT_SPREAD = 0.18  # of its logarithm
DIAGNOSIS_TO_FIRST_IVIG_YEARS = (1.1, 3.2)  # shape and scale of a gamma distribution

# Share of patients who start with each dose, g/kg per cycle.
STARTING_DOSES = {2.0: 0.66, 1.0: 0.22, 0.5: 0.08, 0.4: 0.04}
REDUCED_SHARE, RAISED_SHARE = 0.28, 0.06
INTERVAL_DAYS = 28
LATE_INTERVAL_DAYS = (28, 35, 42, 56)
STRETCHED_SHARE = 0.35
DELAY_DAYS = 4  # a cycle may come so much later than planned
CYCLES = (1.1, 0.1)  # number of further cycles: negative binomial, r and p
MOST_CYCLES = 80

RESPONSE_SHARE = 0.78
NOT_EVALUABLE_SHARE = 0.05
END_REASONS = {
    "response": {
        "ongoing": 0.42,
        "remission": 0.28,
        "side-effects": 0.05,
        "reimbursement refused": 0.07,
        "lost to follow-up": 0.11,
        "death": 0.02,
        "other": 0.05,
    },
    "no response": {
        "lack of efficacy": 0.66,
        "side-effects": 0.12,
        "reimbursement refused": 0.04,
        "lost to follow-up": 0.10,
        "death": 0.03,
        "other": 0.05,
    },
}
RELAPSE_SHARE = 0.32  # of responders
FOLLOW_UP_DAYS = (30, 900)  # after the last cycle

# Side-effects of a cycle at 2 g/kg; at other doses in proportion to the root of the dose.
SIDE_EFFECT_RATE = 0.055
SYMPTOMS = {
    "headache": 0.38,
    "nausea": 0.12,
    "fatigue": 0.10,
    "fever": 0.06,
    "chills": 0.06,
    "vomiting": 0.04,
    "rash": 0.04,
    "eczema": 0.03,
    "hypertension": 0.04,
    "flu-like symptoms": 0.04,
    "infusion-site reaction": 0.03,
    "chest pain": 0.02,
    "aseptic meningitis": 0.015,
    "haemolysis": 0.015,
    "thromboembolic event": 0.01,
}
GRADES = {1: 0.62, 2: 0.29, 3: 0.08, 4: 0.01}
# What is never mild.
LEAST_GRADE = {
    "chest pain": 2,
    "haemolysis": 2,
    "aseptic meningitis": 3,
    "thromboembolic event": 3,
}
SERIOUS_FROM_GRADE = 3

PRIOR_DRUGS = {
    "prednisolone": 0.75,
    "methotrexate": 0.38,
    "azathioprine": 0.34,
    "mycophenolate mofetil": 0.26,
    "rituximab": 0.14,
    "dapsone": 0.12,
    "hydroxychloroquine": 0.15,
    "ciclosporin": 0.10,
}
# Share of patients, and the daily or weekly doses that occur.
CONCOMITANT_DRUGS = {
    "prednisolone": (0.55, (2.5, 5.0, 7.5, 10.0, 15.0, 20.0), "mg/day"),
    "methotrexate": (0.16, (10.0, 15.0, 20.0), "mg/week"),
    "azathioprine": (0.14, (50.0, 100.0, 150.0), "mg/day"),
    "mycophenolate mofetil": (0.14, (1000.0, 2000.0), "mg/day"),
}
SUBSEQUENT_DRUGS = {"rituximab": 0.05, "mycophenolate mofetil": 0.05, "adalimumab": 0.02}


@dataclass(frozen=True)
class Instrument:
    """A clinical score: its baseline (mean, standard deviation) and steps, as it is entered."""

    lowest: float
    highest: float
    baseline: float
    spread: float
    step: float = 1
    rises: bool = False


INSTRUMENTS = {
    "CDASI activity": Instrument(0, 100, 24, 9),
    "MMT-8": Instrument(0, 80, 64, 9, rises=True),
    "PDAI activity": Instrument(0, 250, 38, 18),
    "ABSIS": Instrument(0, 206, 34, 16, step=0.5),
    "mRSS": Instrument(0, 51, 19, 7),
    "BVAS": Instrument(0, 63, 11, 4),
    "UAS7": Instrument(0, 42, 26, 7),
    "pain NRS": Instrument(0, 10, 6, 1.8),
    "DLQI": Instrument(0, 30, 14, 6),
}
# The total improvement score measures the change itself: nothing at baseline.
IMPROVEMENT_SCORE = "TIS"
SCORES_OF = {
    "dermatomyositis": ("CDASI activity", "MMT-8", "DLQI"),
    "pemphigus vulgaris": ("PDAI activity", "ABSIS", "DLQI"),
    "mucous membrane pemphigoid": ("PDAI activity", "ABSIS", "DLQI"),
    "linear IgA dermatosis": ("ABSIS", "DLQI"),
    "necrotizing vasculitis": ("BVAS", "pain NRS"),
    "urticarial vasculitis": ("UAS7", "DLQI"),
    "systemic scleroderma": ("mRSS", "DLQI"),
    "Stevens-Johnson syndrome": (),
    "pyoderma gangrenosum": ("pain NRS", "DLQI"),
    "livedoid vasculopathy": ("pain NRS", "DLQI"),
}
# Share of the baseline that is gone when the effect is complete: mean and standard deviation.
EFFECT = {True: (0.58, 0.16), False: (0.08, 0.10)}
EFFECT_HALF_LIFE_DAYS = 70
SCORED_EVERY_CYCLES = 3
NOISE = 0.07  # of the baseline

# Share of values that were not written down.
MISSING = {
    "subtype": 0.10,
    "body_weight_kg": 0.09,
    "diagnosis_to_first_ivig_years": 0.06,
    "response": 0.05,
    "off_label": 0.12,
    "therapy_end_reason": 0.04,
    "infusion_days": 0.10,
    "ctcae_grade": 0.15,
    "serious": 0.05,
    "led_to_discontinuation": 0.05,
    "side_effect_day": 0.12,
    "side_effect_cycle": 0.06,
    "assessment": 0.14,
    "assessments_of_a_patient": 0.12,
}
