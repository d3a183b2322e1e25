"""A small lesson in two languages, to be written into a folder and changed by tests."""

from pathlib import Path

LESSON_YAML = """\
title: {en: "A first container", hi-Latn: "Pehla container"}
summary: {en: "Start one.", hi-Latn: "Ek start kijiye."}
minutes: 10
image: lab-docker
parameters:
  app: {choose: [otter, heron]}
  port: {integer: [8100, 8199]}
remember:
  kernel: {command: [uname, "-r"], take: stdout}
setup:
  - title: {en: "Putting a file in place", hi-Latn: "File rakhi ja rahi hai"}
    script: |
      echo "$app" >/root/name
exercises:
  - id: run-it
    points: 5
    checks:
      - id: runs
        title: {en: "`{{app}}` runs", hi-Latn: "`{{app}}` chal raha hai"}
        container: "{{app}}"
        expect: {State.Running: true, Config.Image: nginx}
        message: {en: "Is it running?", hi-Latn: "Kya woh chal raha hai?"}
        hint: 1
    mistakes:
      - id: in-front
        when:
          - history: {matches: "docker run (?!.*-d)"}
        say: {en: "It holds your terminal.", hi-Latn: "Woh terminal pakad kar baitha hai."}
        hint: 2
    hints:
      - {en: "Look at `docker run --help`.", hi-Latn: "`docker run --help` dekhiye."}
      - {en: "The option is `-d`.", hi-Latn: "Option `-d` hai."}
    wrong_attempts:
      - {name: front, mistake: in-front}
    explain: {en: "It goes on by itself.", hi-Latn: "Woh apne aap chalta hai."}
  - id: which-port
    points: 3
    after: run-it
    answer: {label: {en: "The port", hi-Latn: "Port"}, kind: number}
    checks:
      - title: {en: "The port is right", hi-Latn: "Port sahi hai"}
        answer: answer
        expect: "{{port}}"
        message: {en: "Count again.", hi-Latn: "Phir se giniye."}
    hints:
      - {en: "Look at the page.", hi-Latn: "Page dekhiye."}
    solution: {answers: {answer: "{{port}}"}}
"""

LESSON_MD = """\
# A first container

It will be called `{{app}}`, and **{{app}}** it is.

## Start it {#run-it}

Run `{{app}}` from `nginx`.

```sh
docker run -d --name {{app}} nginx
```

## In between

![Two boxes](pictures/boxes.svg "Count them")

| a | b |
|---|--:|
| 1 | 2 |

### Which port? {#which-port}

> [!MORE-EXACTLY] Ports
> There are 65535.

What is it?[^1]

## The end

[^1]: A number.
"""

LESSON_HINGLISH = """\
# Pehla container

## Start kijiye {#run-it}

`{{app}}` ko chalaiye.

```sh
docker run -d --name {{app}} nginx
```

### Kaunsa port? {#which-port}

![Do dabbe](pictures/boxes.svg)
"""

PICTURE = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><title>Boxes</title>
<rect class="box" width="4" height="4"/><text x="1" y="9">{{app}}</text></svg>
"""

COURSE_YAML = """\
title: {en: "Docker", hi-Latn: "Docker"}
summary: {en: "All of it.", hi-Latn: "Sab kuch."}
languages: [en, hi-Latn]
"""


def write_course(root: Path) -> Path:
    """Write a course with the one lesson; return the lesson's folder."""
    course = root / "docker"
    lesson = course / "06-first-container"
    (lesson / "pictures").mkdir(parents=True)
    (lesson / "solutions").mkdir()
    (course / "course.yaml").write_text(COURSE_YAML)
    (lesson / "lesson.yaml").write_text(LESSON_YAML)
    (lesson / "lesson.md").write_text(LESSON_MD)
    (lesson / "lesson.hi-Latn.md").write_text(LESSON_HINGLISH)
    (lesson / "pictures" / "boxes.svg").write_text(PICTURE)
    (lesson / "solutions" / "run-it.sh").write_text("docker run -d --name {{app}} nginx\n")
    (lesson / "solutions" / "run-it.front.sh").write_text("docker run --name {{app}} nginx\n^C\n")
    return lesson


def change(folder: Path, old: str, new: str, file: str = "lesson.yaml") -> None:
    """Change a file of a lesson; the old text must be in it."""
    path = folder / file
    text = path.read_text()
    if old not in text:
        raise ValueError(f"{old!r} is not in {file}")
    path.write_text(text.replace(old, new, 1))
