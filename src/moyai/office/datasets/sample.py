"""The open data of the sample region: real, published by the prefecture, and carried with the program."""

from __future__ import annotations
