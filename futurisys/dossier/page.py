"""A document as a page of HTML, to be read and printed: one file that asks for nothing else."""

from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from futurisys.dossier.tree import Document, Heading, Items, Paragraph, Table


def page(document: Document) -> str:
    """The whole file."""
    return _templates().get_template("page.html").render(document=document, kind=_kind)


def _kind(block: object) -> str:
    kinds = {Heading: "heading", Paragraph: "paragraph", Items: "items", Table: "table"}
    return kinds[type(block)]


@lru_cache(1)
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("futurisys.dossier", "templates/dossier"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
