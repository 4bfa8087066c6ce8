"""The dossier: the documents that an employer must have before people are estimated."""
