"""The images, and the container of the engine for sandboxes."""

import json

from slipway.command.instance import Instance
from slipway.command.steplog import StepLog
from slipway.engine import container, images
from slipway.engine.container import EngineContainer


def container_of(instance: Instance) -> EngineContainer:
    """Return what this installation's engine is called and where its socket lies."""
    return EngineContainer(instance.name, instance.engine_socket.parent, runtimes_folder=instance.runtimes)


def build_images(log: StepLog) -> str:
    """Build the images whose inputs changed, and return how many were made."""
    made: set[str] = set()

    def progress(line: str) -> None:
        made.add(line.partition(":")[0])
        log.write(line)

    tags = images.build_all(progress)
    return f"{len(made)} built, {len(tags) - len(made)} up to date" if made else f"{len(tags)} up to date"


def start_engine(instance: Instance, log: StepLog) -> str:
    """Start the engine on the images as they are now, and tell the workers which those are."""
    tags = images.current_tags()
    labs = {name: tags[name] for name in images.lab_images()}
    engine = container_of(instance)
    container.start(engine, tags["engine"], list(labs.values()), log.write)
    publish(instance, labs)
    return f"Docker {container.status(engine).version} for sandboxes"


def stop_engine(instance: Instance) -> None:
    """Stop the engine: its machines end, their disks stay. Stopped already counts as done."""
    container.stop(container_of(instance))


def publish(instance: Instance, labs: dict[str, str]) -> None:
    """Tell the workers from which tags new machines start."""
    text = json.dumps(labs, indent=1, sort_keys=True) + "\n"
    if instance.images.exists() and instance.images.read_text(encoding="utf-8") == text:
        return
    draft = instance.images.with_suffix(".new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(instance.images)
