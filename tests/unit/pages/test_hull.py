"""The picture of a course."""

from slipway.pages import hull
from slipway.pages.hull import Plate


def test_each_lesson_is_a_frame_and_passed_ones_are_plated() -> None:
    """Ten lessons, three passed and one begun give ten frames that say so."""
    drawn = hull.build(range(1, 11), {1, 2, 3}, 4)
    assert [frame.state for frame in drawn.frames] == [Plate.PASSED] * 3 + [Plate.NOW] + [Plate.OPEN] * 6
    assert drawn.label == "3 of 10 lessons passed, lesson 4 begun"


def test_frames_meet_without_a_gap() -> None:
    """A frame begins where the one before it ends, whatever the number of lessons."""
    for count in (1, 3, 7, 40):
        paths = [frame.path for frame in hull.build(range(1, count + 1), set(), None).frames]
        starts = [path.split(",", 1)[0] for path in paths]
        assert starts[0] == "M0"
        for left, right in zip(paths, starts[1:], strict=False):
            assert f" {right.removeprefix('M')}," in left


def test_the_curves_are_those_of_the_yard() -> None:
    """Bow, stern and keel lie where the drawing of the look has them."""
    [frame] = hull.build([1], set(), None).frames
    assert frame.path.startswith("M0,-126 ")
    assert "800,-96 800,-66 " in frame.path
    assert frame.path.endswith("0,-126z")


def test_she_is_launched_when_all_lessons_are_passed() -> None:
    """With every lesson passed the blocks are gone and the label says it."""
    drawn = hull.build([1, 6, 9], {1, 6, 9}, None)
    assert drawn.is_launched
    assert drawn.blocks == ()
    assert drawn.label == "All lessons passed: she is launched"


def test_a_course_without_lessons_is_not_launched() -> None:
    """An empty course is drawn without a frame and without praise."""
    drawn = hull.build([], set(), None)
    assert drawn.frames == ()
    assert drawn.label == "0 of 0 lessons passed"
    assert not drawn.is_launched
