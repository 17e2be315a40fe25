"""Data of published worked examples, with where they are from."""

# Freireich EJ et al. Blood 1963;21:699–716, as printed by Gehan EA. Biometrika 1965;52:203–223:
# weeks of remission of 21 pairs of patients with acute leukaemia; True is a relapse.
MERCAPTOPURINE_WEEKS = [6, 6, 6, 7, 10, 13, 16, 22, 23] + [
    6,
    9,
    10,
    11,
    17,
    19,
    20,
    25,
    32,
    32,
    34,
    35,
]
MERCAPTOPURINE = (MERCAPTOPURINE_WEEKS, [True] * 9 + [False] * 12)
PLACEBO = (
    [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23],
    [True] * 21,
)

# Hollander M, Wolfe DA. Nonparametric Statistical Methods. 1973, p. 69 (also in R's
# ?wilcox.test): permeability of the human chorioamnion at term and at 12 to 26 weeks.
AT_TERM = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
EARLIER = [1.15, 0.88, 0.90, 0.74, 1.21]

# The same book, p. 116 (also in R's ?kruskal.test): mucociliary efficiency of three groups.
MUCOCILIARY = ([2.9, 3.0, 2.5, 2.6, 3.2], [3.8, 2.7, 4.0, 2.4], [2.8, 3.4, 3.7, 2.2, 2.0])
