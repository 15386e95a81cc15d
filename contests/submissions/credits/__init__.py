"""Who shares the credit of a design, and how much of it.

Tables: credit_shares, credit_freezes. Facts: CreditOffered, CreditAnswered. The designer's own share is not
stored: it is what the accepted ones leave.
"""
