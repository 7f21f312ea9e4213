"""The papers of the procedure: survey, questionnaire, briefing pack, agreement and resolution, from a plan."""

from kurihara_geo.outputs.documents.write import write_documents

__all__ = ["write_documents"]
