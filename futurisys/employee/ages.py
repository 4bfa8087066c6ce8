"""The bands of age by which groups are looked at."""

AGE_BAND = "tranche_age"
AGE_WORDS = "Tranche d'âge"
YOUNG, OLD = 30, 45
# From the youngest: those below `YOUNG`, those up to `OLD`, those above.
AGE_BANDS = (f"moins de {YOUNG} ans", f"{YOUNG} à {OLD} ans", f"plus de {OLD} ans")
