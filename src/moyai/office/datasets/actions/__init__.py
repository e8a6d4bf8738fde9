"""Writes. ``by`` is the actor; ``None`` means a command on the server, whose owner may do anything."""

from moyai.office.datasets.actions.imports import Imported as Imported
from moyai.office.datasets.actions.imports import import_file as import_file
from moyai.office.datasets.actions.publication import describe as describe
from moyai.office.datasets.actions.publication import publish as publish
from moyai.office.datasets.actions.publication import unpublish as unpublish
from moyai.office.datasets.actions.versions import About as About
from moyai.office.datasets.actions.versions import File as File
from moyai.office.datasets.actions.versions import accept as accept
from moyai.office.datasets.actions.versions import finish_accepting as finish_accepting
from moyai.office.datasets.actions.versions import reject as reject
from moyai.office.datasets.actions.versions import resume_interrupted as resume_interrupted
from moyai.office.datasets.actions.versions import sweep_files as sweep_files
from moyai.office.datasets.actions.versions import upload as upload
from moyai.office.datasets.figures import refresh_figures as refresh_figures
