"""The office: the Django wing, in which people work. One app a kind of work."""
