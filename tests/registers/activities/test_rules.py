"""Hours, slots and days of activities, by properties and at the bounds."""

from datetime import date, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from zhibu.registers.activities import rules
from zhibu.registers.activities.rules import Block, Hours

HOURS = Hours(day=480, half_day=240, full_hour=60)
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
TIMES = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
BLOCKS = st.one_of(
    st.builds(Block, DAYS, st.sampled_from(["morning", "afternoon", "evening", "day"])),
    st.tuples(DAYS, TIMES, TIMES).map(lambda t: Block(t[0], "clock", min(t[1:]), max(t[1:]))),
)


def test_a_day_is_eight_hours_a_half_day_four_and_fifty_nine_minutes_none():
    day = date(2026, 11, 25)
    assert rules.earned(Block(day, "day"), HOURS) == 8 * 60
    assert rules.earned(Block(day, "afternoon"), HOURS) == 4 * 60
    assert rules.earned(Block(day, "clock", time(14, 30), time(15, 29)), HOURS) == 0
    assert rules.earned(Block(day, "clock", time(14, 30), time(15, 30)), HOURS) == 60
    assert rules.earned(Block(day, "clock", time(14, 30), time(16, 29)), HOURS) == 60
    assert rules.earned(Block(day, "clock", time(14, 30), time(16, 30)), HOURS) == 120


@given(BLOCKS)
def test_the_clock_never_earns_more_than_its_minutes_and_less_than_an_hour_under(block):
    if block.part == "clock":
        assert block.minutes - 60 < rules.earned(block, HOURS) <= block.minutes


@given(st.lists(BLOCKS, max_size=8))
def test_years_add_up_to_the_blocks_and_each_year_to_its_own(blocks):
    years = rules.earned_by_year(blocks, lambda day: HOURS)
    assert sum(years.values()) == sum(rules.earned(block, HOURS) for block in blocks)
    for year, minutes in years.items():
        assert minutes == sum(rules.earned(block, HOURS) for block in blocks if block.day.year == year) > 0


def test_a_training_across_the_new_year_is_split_and_dated_values_hold_on_their_day():
    blocks = rules.spread(date(2026, 12, 30), date(2027, 1, 1), "day")
    assert rules.earned_by_year(blocks, lambda day: HOURS) == {2026: 960, 2027: 480}
    newer = Hours(day=360, half_day=180, full_hour=45)
    assert rules.earned_by_year(blocks, lambda day: newer if day.year == 2027 else HOURS) == {
        2026: 960,
        2027: 360,
    }


@given(st.lists(BLOCKS, max_size=8))
def test_slots_are_two_a_day_and_one_a_half_day(blocks):
    whole = sum(block.part == "day" for block in blocks)
    half = sum(block.part in ("morning", "afternoon", "evening") for block in blocks)
    assert rules.slots(blocks) == 2 * whole + half


@given(DAYS, st.integers(0, 40))
def test_spread_has_every_day_once(first, more):
    blocks = rules.spread(first, first + timedelta(days=more), "afternoon")
    assert [block.day for block in blocks] == [first + timedelta(days=n) for n in range(more + 1)]
    assert rules.block_faults(blocks) == []


@given(DAYS, st.integers(1, 7))
def test_last_weekday_is_that_weekday_within_the_last_seven_days(today, weekday):
    day = rules.last_weekday(today, weekday)
    assert day.isoweekday() == weekday
    assert 0 <= (today - day).days <= 6


def test_overlaps_are_found_and_neighbours_are_none():
    day = date(2026, 11, 25)
    assert rules.block_faults([Block(day, "morning"), Block(day, "afternoon"), Block(day, "evening")]) == []
    assert "重叠" in rules.block_faults([Block(day, "day"), Block(day, "afternoon")])[0]
    first = Block(day, "clock", time(14), time(15))
    assert rules.block_faults([first, Block(day, "clock", time(15), time(16))]) == []
    assert "重叠" in rules.block_faults([first, Block(day, "clock", time(14, 59), time(16))])[0]
    assert rules.block_faults([first, Block(day + timedelta(days=1), "clock", time(14), time(15))]) == []


def test_times_that_are_missing_or_turned_round_and_an_endless_activity_are_refused():
    day = date(2026, 11, 25)
    assert rules.block_faults([])
    assert rules.block_faults([Block(day, "clock")])
    assert rules.block_faults([Block(day, "clock", time(15), time(15))])
    assert rules.block_faults([Block(day, "afternoon", time(17), time(14))])
    longest = day + timedelta(days=rules.LONGEST_DAYS - 1)
    assert rules.block_faults([Block(day, "day"), Block(longest, "day")]) == []
    assert rules.block_faults([Block(day, "day"), Block(longest + timedelta(days=1), "day")])


def test_the_reason_of_a_late_entry_is_asked_from_the_eleventh_day():
    assert not rules.is_late_entry(date(2026, 11, 4), date(2026, 11, 14))
    assert rules.is_late_entry(date(2026, 11, 4), date(2026, 11, 15))


def test_titles_join_as_the_minutes_book_has_them():
    assert rules.title_of(["组织生活日"]) == "组织生活日"
    assert rules.title_of(["组织生活日", "集中学习"]) == "组织生活日暨集中学习"
    assert rules.title_of(["组织生活日", "党课", "集中学习", "党课"]) == "组织生活日、党课暨集中学习"
    assert rules.title_of([]) == ""


def test_all_four_on_one_afternoon_is_warned_of_and_three_are_not():
    afternoon = [Block(date(2026, 11, 25), "afternoon")]
    assert rules.warnings(rules.FOUR_DAYS, afternoon, ())
    assert not rules.warnings(rules.FOUR_DAYS[:3], afternoon, ())
    assert not rules.warnings(rules.FOUR_DAYS, [Block(date(2026, 11, 25), "day")], ())
    assert rules.warnings(
        ["study.session"], [Block(date(2026, 11, 25), "clock", time(14), time(16))], {"study.session"}
    )


def test_another_weekday_without_a_reason_is_warned_of():
    (said,) = rules.warnings(["four.study"], [Block(date(2026, 11, 20), "afternoon")], (), ["集体学习日"])
    assert "集体学习日不在规定的星期，照样计入" in said
