"""Who works here: organisations, people, the posts they hold from a date to a date, and the keys of their machines.

Nouns: Organisation, Person, Post, Tenure, Invitation, PasswordResetLink, ApiKey. Looks at base only.
"""
