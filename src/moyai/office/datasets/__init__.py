"""Datasets: files that become versions, versions that become entities of a tenant, and what anybody may see of them.

Nouns: Dataset, DatasetVersion, Finding, TownFigure. Looks at region, accounts and base.
"""
