"""Read what lies around a course's lessons: the topics that it promises, and its glossary. Reads files; no Django."""

from collections.abc import Mapping

from slipway.lessonfile.files import Folder
from slipway.lessonfile.model import Text, Topic
from slipway.lessonfile.nodes import parse
from slipway.lessonfile.read_text import ID, ID_SHAPE, Tongues, required

TOPICS, GLOSSARY = "topics.yaml", "glossary.yaml"


def read_topics(folder: Folder) -> tuple[Topic, ...]:
    """Return the topics of a course in their order: none when it has no topics.yaml."""
    source = folder.read(TOPICS) if folder.has(TOPICS) else None
    root = parse(source, folder.label(TOPICS), folder.problems) if source is not None else None
    topics: dict[str, Topic] = {}
    for item in root.items("The topics") if root else []:
        values = item.mapping(["section", "topics"], "a section of topics")
        section, listed = (required(item, values, key, "The section") for key in ("section", "topics"))
        title = section.text("`section`") if section else ""
        for name, value in (listed.any_mapping("`topics`") if listed else {}).items():
            if not ID.fullmatch(name):
                value.problem(f"`{name[:80]}` is no id of a topic.", f"Write {ID_SHAPE}.")
            if name in topics:
                value.problem(f"The topic `{name}` exists twice.", "Give each its own id.")
            topics[name] = Topic(name, title, value.text(f"The topic `{name}`"))
    return tuple(topics.values())


def read_glossary(folder: Folder, tongues: Tongues) -> Mapping[str, Text]:
    """Return what each term of a course means: none when it has no glossary.yaml."""
    source = folder.read(GLOSSARY) if folder.has(GLOSSARY) else None
    root = parse(source, folder.label(GLOSSARY), folder.problems) if source is not None else None
    glossary: dict[str, Text] = {}
    for name, value in (root.any_mapping("The glossary") if root else {}).items():
        if not ID.fullmatch(name):
            value.problem(f"`{name[:80]}` is no id of a term.", f"Write {ID_SHAPE}.")
        glossary[name] = tongues.text(value, f"The term `{name}`")
    return glossary
