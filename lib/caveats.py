"""What has to be said of reconstructed data beside a figure, the same on every page."""

DRUGS_AS_TOLD = (
    "Drugs: only those that the publication names of a patient or a diagnosis. Of many patients it "
    "tells of none, or of a class such as immunosuppressants: 0 means not told, not “none”."
)
LONG_COURSES = (
    "The versions are drawn alike from all that agree with the publication, and there are more "
    "ways to be long than short: long courses are over-represented, and totals of cycles and years "
    "with them."
)
