"""The region: a prefecture, its bureaus and municipalities with their shapes.

Nouns: Prefecture, Bureau, Municipality. Looks at accounts and base.
"""
