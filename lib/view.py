"""The parameters of a link that say whom a page shows, beside the fields of the filter.

They are keys of the session, too, and the same in the view of a packet.
"""

# Which registry; the cohorts that were given names; whether the published series stands beside it.
DATASET, NAMED, BESIDE = "dataset", "cohort", "beside"
