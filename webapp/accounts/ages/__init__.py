"""Ages: which age group needs a guardian for what, by country; the age question and when it is asked again.

Owns no table: the answer stands with the person. `consent_ages.csv` is dated and names its sources; an installation
may give a file of its own (FANMADE_CONSENT_AGES).
"""
