"""Machines that sleep are kept as long as was announced, then packed, and removed only after a mail."""

import contextlib
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from slipway.engine.fake import AMPLE
from slipway.engine.port import MEBIBYTE, Amount
from slipway.sandboxes import actions, keeping, mailing, tasks
from slipway.sandboxes.models import Keeping, Sandbox
from slipway.sandboxes.selectors import late_mails
from slipway.sandboxes.states import State
from tests.unit.sandboxes.world import REAL_COMMITS, World, make_learner, make_ready

pytestmark = REAL_COMMITS
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def days(settings: Settings) -> None:
    """Let machines be packed after 2 days and removed 10 days later, a mail 3 days before that, which can be sent."""
    settings.SANDBOX_PACK_DAYS, settings.SANDBOX_KEEP_DAYS, settings.SANDBOX_NOTICE_DAYS = 2, 10, 3
    settings.CAN_MAIL = True


def _asleep(world: World, email: str = "asha@example.org") -> Sandbox:
    sandbox = make_ready(make_learner(email=email))
    world.engine.run(sandbox.machine, ["touch", "/root/notes"])
    actions.suspend(sandbox=sandbox)
    world.queue.work_off()
    return _fresh(sandbox)


def _fresh(sandbox: Sandbox) -> Sandbox:
    return Sandbox.objects.select_related("engine", "owner").get(id=sandbox.id)


def _pass(world: World, days: float) -> None:
    """Let days pass, and do what is due then."""
    for kept in Keeping.objects.all():
        for name in ("suspended_at", "pack_at", "remove_at", "mailed_at", "mail_tried_at"):
            if moment := getattr(kept, name):
                setattr(kept, name, moment - days * DAY)
        kept.save()
    world.queue.sent.clear()
    tasks.keep()
    world.queue.work_off()


def _days_left() -> float:
    """Return how long it is until the announced removal: that day ends at midnight, whatever the time is now."""
    return (Keeping.objects.get().remove_at - timezone.now()) / DAY


def test_both_dates_are_written_down_when_it_falls_asleep(world: World) -> None:
    """The page has them from the beginning; a change of the settings later takes no day away."""
    kept = _asleep(world).keeping
    now = timezone.now()
    assert timedelta(0) <= kept.pack_at - now + timedelta(seconds=30) - 2 * DAY < timedelta(seconds=30)
    assert 12 * DAY - timedelta(minutes=1) < kept.remove_at - now <= 13 * DAY
    assert timezone.localtime(kept.remove_at).strftime("%H:%M:%S") == "23:59:59"


def test_a_machine_is_packed_on_its_day_and_comes_back_with_its_files(world: World) -> None:
    """Not a day earlier; opened again it is unpacked by itself, and the page sees both."""
    sandbox = _asleep(world)
    _pass(world, 1.9)
    assert _fresh(sandbox).state == State.SUSPENDED
    _pass(world, 0.2)
    sandbox = _fresh(sandbox)
    assert (sandbox.state, [disk.is_packed for disk in world.engine.disks()]) == (State.ARCHIVED, [True])
    world.events.clear()
    assert sandbox.owner is not None
    actions.open_sandbox(user=sandbox.owner, course="docker", image="lab-docker")
    world.queue.work_off()
    sandbox = _fresh(sandbox)
    assert (sandbox.state, sandbox.is_packed, Keeping.objects.count()) == (State.READY, False, 0)
    assert world.engine.run(sandbox.machine, ["cat", "/root/notes"]).exit_status == 0
    assert [event["state"] for event in world.of_kind("sandbox")] == ["resuming", "resuming", "ready"]


def test_who_comes_back_while_it_is_packed_finds_it(world: World) -> None:
    """A request in the middle of packing is taken up at once by who packs."""
    sandbox = _asleep(world)
    pack = world.engine.pack_disk

    def pack_and_be_asked(name: str, *, floor_bytes: int = 0) -> None:
        pack(name, floor_bytes=floor_bytes)
        actions.resume(sandbox=_fresh(sandbox))

    world.engine.pack_disk = pack_and_be_asked  # type: ignore[method-assign]
    _pass(world, 2)
    assert _fresh(sandbox).state == State.READY


def test_a_disk_that_cannot_be_packed_stays_and_is_tried_later(world: World) -> None:
    """No room for the archive: the machine goes on to sleep, and nobody tries again at once."""
    sandbox = _asleep(world)
    world.engine._disks.pop(sandbox.disk)
    _pass(world, 2)
    kept = _fresh(sandbox).keeping
    assert (_fresh(sandbox).state, kept.pack_at > timezone.now() + timedelta(hours=5)) == (State.SUSPENDED, True)


def test_a_packed_machine_without_room_stays_packed(world: World) -> None:
    """Nothing is unpacked into the host's reserve: its learner is told, and has it at the next try."""
    sandbox = _asleep(world)
    _pass(world, 2)
    total, world.engine.total = world.engine.total, Amount(AMPLE.memory_bytes, 4096 * MEBIBYTE, AMPLE.pids)
    # Let in on what was measured a moment ago.
    Sandbox.objects.filter(id=sandbox.id).update(state=State.RESUMING, admitted_at=timezone.now())
    tasks.advance(str(sandbox.id))
    sandbox = _fresh(sandbox)
    assert (sandbox.state, "short of room" in sandbox.failure) == (State.FAILED, True)
    assert [disk.is_packed for disk in world.engine.disks()] == [True]
    world.engine.total = total
    tasks.reconcile()
    actions.retry(sandbox=sandbox)
    world.queue.work_off()
    assert _fresh(sandbox).state == State.READY


def test_a_host_without_room_packs_nothing(world: World) -> None:
    """An archive may take as much as its disk until that is gone; half of the host's reserve it may have."""
    sandbox = _asleep(world)
    for mebibytes, state in ((2048, State.SUSPENDED), (2049, State.ARCHIVED)):
        world.engine.total = Amount(AMPLE.memory_bytes, mebibytes * MEBIBYTE, AMPLE.pids)
        Keeping.objects.update(pack_at=timezone.now())
        _pass(world, 0)
        assert _fresh(sandbox).state == state


def test_it_is_removed_after_a_mail_and_the_announced_day(world: World) -> None:
    """The mail names the day, the course and what stays; until that day is over nothing is removed."""
    sandbox = _asleep(world)
    _pass(world, _days_left() - 3.01)
    assert not mail.outbox
    _pass(world, 0.02)
    [sent] = mail.outbox
    assert sent.to == ["asha@example.org"]
    last_day = timezone.localtime(Keeping.objects.get().remove_at)
    for words in (f"{last_day.day} {last_day:%B %Y}", "/courses/docker/", "Your progress"):
        assert words in sent.body
    _pass(world, _days_left() - 0.01)
    assert _fresh(sandbox).state == State.ARCHIVED
    _pass(world, 0.02)
    assert (_fresh(sandbox).state, world.engine.disks(), len(mail.outbox)) == (State.GONE, [], 1)
    assert Keeping.objects.get().mailed_at is not None


@pytest.mark.parametrize("fault", [OSError("no route"), SMTPRecipientsRefused({})])
def test_a_mail_that_fails_delays_the_removal(world: World, monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    """The machine is kept, it is told; once the mail goes out the days to come back begin then."""
    sandbox = _asleep(world)
    with monkeypatch.context() as patched:
        patched.setattr(mail.EmailMessage, "send", lambda _: (_ for _ in ()).throw(fault))
        _pass(world, 30)
    assert (_fresh(sandbox).state, late_mails()) == (State.ARCHIVED, 1)
    _pass(world, 0)
    kept = Keeping.objects.get()
    assert (len(mail.outbox), late_mails(), kept.remove_at > timezone.now() + 2.9 * DAY) == (1, 0, True)
    _pass(world, 2.9)
    assert _fresh(sandbox).state == State.ARCHIVED
    _pass(world, 1.2)
    assert _fresh(sandbox).state == State.GONE


def test_opening_any_lesson_of_the_course_keeps_all_its_machines(world: World) -> None:
    """As the mail says: the machine of another image sleeps on, is kept for longer, and is announced anew."""
    sandbox = _asleep(world)
    _pass(world, 10)
    assert (len(mail.outbox), Keeping.objects.get().mailed_at is None) == (1, False)
    assert sandbox.owner is not None
    actions.open_sandbox(user=sandbox.owner, course="docker", image="lab-metal")
    world.queue.work_off()
    _pass(world, 4)
    kept = Keeping.objects.get(sandbox=sandbox)
    assert (_fresh(sandbox).state, kept.mailed_at) == (State.ARCHIVED, None)
    assert kept.remove_at > timezone.now() + 7.9 * DAY
    _pass(world, 6)
    assert len(mail.outbox) == 2


def test_a_mail_on_its_way_takes_no_day_from_who_comes_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who opens a lesson in that moment has the later day."""
    sandbox = _asleep(world)
    owner = sandbox.owner
    assert owner is not None

    def come_back(_: mail.EmailMessage) -> None:
        actions.open_sandbox(user=owner, course="docker", image="lab-metal")

    monkeypatch.setattr(mail.EmailMessage, "send", come_back)
    _pass(world, 10)
    kept = Keeping.objects.get(sandbox=sandbox)
    assert (kept.mailed_at, kept.remove_at > timezone.now() + 11.9 * DAY) == (None, True)


def test_an_address_that_no_mail_can_have_holds_up_nobody(world: World) -> None:
    """It is noted, the next one is told all the same, and what is due besides is done."""
    broken = _asleep(world, email=f"a@{'é' * 63}.com")
    second = make_ready(make_learner("ben", email="ben@example.org"))
    guest = make_ready(make_learner("chi"))
    for sandbox in (second, guest):
        actions.suspend(sandbox=sandbox)
        world.queue.work_off()
    _pass(world, 30)
    assert [sent.to for sent in mail.outbox] == [["ben@example.org"]]
    assert [_fresh(each).state for each in (broken, guest)] == [State.ARCHIVED, State.GONE]
    assert late_mails() == 1


@pytest.mark.parametrize("fails", ["announce_forgotten", "remove_due", "pack_next", "send_due"])
def test_what_fails_holds_up_nothing_else(world: World, monkeypatch: pytest.MonkeyPatch, fails: str) -> None:
    """A mail is sent, a guest's machine removed and another one packed whichever of these breaks down."""
    told = _asleep(world)
    guest = make_ready(make_learner("chi"))
    actions.suspend(sandbox=guest)
    world.queue.work_off()
    Keeping.objects.filter(sandbox=guest).update(remove_at=timezone.now() - DAY)
    Keeping.objects.filter(sandbox=told).update(pack_at=timezone.now() - DAY, remove_at=timezone.now() + DAY)
    broken = mailing if fails == "send_due" else keeping
    monkeypatch.setattr(broken, fails, lambda *, row: (_ for _ in ()).throw(RuntimeError(fails)))
    tasks.keep()
    while world.queue.sent:
        with contextlib.suppress(RuntimeError):
            world.queue.work_off()
    done = (len(mail.outbox), _fresh(guest).state == State.GONE, _fresh(told).is_packed)
    assert done == (int(fails != "send_due"), fails != "remove_due", fails != "pack_next")


def test_the_mail_that_waited_longest_is_tried_next(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a server said, and how that sorts, decides nothing."""
    monkeypatch.setattr(mailing, "AT_ONCE", 1)
    for name in ("asha", "ben"):
        sandbox = make_ready(make_learner(name, email=f"{name}@example.org"))
        actions.suspend(sandbox=sandbox)
        world.queue.work_off()
    tried: list[str] = []

    def refuse(sent: mail.EmailMessage) -> None:
        tried.extend(sent.to)
        raise SMTPRecipientsRefused({sent.to[0]: (550, b"no")} if sent.to == ["asha@example.org"] else {})

    monkeypatch.setattr(mail.EmailMessage, "send", refuse)
    for _ in range(4):
        _pass(world, 10)
    assert tried == ["asha@example.org", "ben@example.org"] * 2


def test_mails_stop_before_the_task_ends(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a server takes its time the rest is sent in the next round."""
    for name in ("asha", "ben"):
        sandbox = make_ready(make_learner(name, email=f"{name}@example.org"))
        actions.suspend(sandbox=sandbox)
        world.queue.work_off()
    monkeypatch.setattr(mailing, "SEND_SECONDS", -1.0)
    _pass(world, 10)
    assert mail.outbox == []


def test_the_mail_holds_nothing_that_its_learner_wrote(world: World) -> None:
    """Whoever signs up with a stranger's address and a name of many words sends that stranger nothing."""
    sandbox = _asleep(world)
    assert sandbox.owner is not None
    sandbox.owner.first_name = "win a prize"
    sandbox.owner.save()
    _pass(world, 10)
    [sent] = mail.outbox
    told = f"{sent.subject} {sent.body}"
    assert "prize" not in told
    assert "asha" not in told


def test_without_a_mail_server_nobody_with_an_address_loses_a_machine(world: World, settings: Settings) -> None:
    """What a console prints reaches nobody, so it counts as not sent."""
    settings.CAN_MAIL = False
    sandbox = _asleep(world)
    _pass(world, 100)
    assert (_fresh(sandbox).state, late_mails(), mail.outbox) == (State.ARCHIVED, 1, [])
    assert "SLIPWAY_EMAIL_HOST" in Keeping.objects.get().mail_failure


def test_a_guest_has_the_day_on_the_page(world: World) -> None:
    """Without an address no mail is waited for, and the day on the page is kept."""
    sandbox = _asleep(world, email="")
    _pass(world, 11.9)
    assert _fresh(sandbox).state == State.ARCHIVED
    _pass(world, 1.2)
    assert (_fresh(sandbox).state, late_mails()) == (State.GONE, 0)


def test_who_comes_back_takes_the_announcement_back(world: World) -> None:
    """Awake again nothing is due; asleep again the days begin anew, and so does the mail."""
    sandbox = _asleep(world)
    _pass(world, 10)
    for act in (actions.resume, actions.suspend):
        act(sandbox=_fresh(sandbox))
        world.queue.work_off()
    kept = Keeping.objects.get()
    assert (kept.mailed_at, kept.remove_at > timezone.now() + 11 * DAY) == (None, True)


def test_a_removal_is_lost_against_who_comes_back(world: World) -> None:
    """Between the look and the move the learner resumed: the machine is theirs."""
    sandbox = _asleep(world, email="")
    Keeping.objects.update(remove_at=timezone.now() - DAY)
    assert sandbox.engine is not None
    due = keeping.remove_due(row=sandbox.engine)
    actions.resume(sandbox=_fresh(sandbox))
    assert not list(due) or _fresh(sandbox).state != State.REMOVING


def test_what_slept_before_anything_was_announced_gets_its_days_now(world: World) -> None:
    """After an upgrade nothing is removed that was not announced."""
    sandbox = _asleep(world)
    Keeping.objects.all().delete()
    _pass(world, 0)
    assert _fresh(sandbox).keeping.remove_at > timezone.now() + 11 * DAY


def test_a_packed_machine_can_be_reset_and_removed(world: World) -> None:
    """Neither leaves an archive behind."""
    sandbox = _asleep(world)
    _pass(world, 2)
    actions.reset(sandbox=_fresh(sandbox))
    world.queue.work_off()
    sandbox = _fresh(sandbox)
    assert [(disk.name, disk.is_packed) for disk in world.engine.disks()] == [(sandbox.disk, False)]
    actions.suspend(sandbox=sandbox)
    world.queue.work_off()
    _pass(world, 2)
    actions.remove(sandbox=_fresh(sandbox))
    world.queue.work_off()
    assert (_fresh(sandbox).state, world.engine.disks()) == (State.GONE, [])
