"""Signing in, and how long a sign-in lasts."""

REFUSE_AFTER_REVIEW_DATE = False  # True: overdue training or vetting withdraws every permission that shows children
SECOND_FACTOR_REQUIRED = True
