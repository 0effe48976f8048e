"""The people of the demo college: who belongs to which branch, from when to when. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from zhibu.desk.demo import names, tree
from zhibu.desk.demo.values import Belonging, Person

LONG_AGO = date(2016, 9, 1)

_SCHOOLS = ("青禾师范学院", "北泉大学", "云溪工业大学", "虚川农业大学", "望山医学院", "松坪理工学院")
_SUBJECTS = (
    "机械工程",
    "计算机科学与技术",
    "护理学",
    "会计学",
    "学前教育",
    "思想政治教育",
    "土木工程",
    "旅游管理",
    "汉语言文学",
)
_TECHNICAL = ("助教", "讲师", "讲师", "副教授", "副教授", "教授")


class People:
    """Makes persons, each with its own key and number."""

    def __init__(self, seed: int, this_year: int) -> None:
        self.random = Random(f"people {seed}")
        self.this_year = this_year
        self.made: dict[str, Person] = {}
        self._born: dict[tuple[date, bool], int] = {}

    def add(self, category: str, belongings: tuple[Belonging, ...], *, born: date | None = None) -> Person:
        """A new person of that category; the profile fits the age."""
        random = self.random
        serial = len(self.made) + 1
        male = random.random() < (0.42 if category == "student" else 0.5)
        born = born or self._birthday(category)
        alike = self._born.get((born, male), 0)
        self._born[(born, male)] = alike + 1
        joined = self._joined(category, born, belongings)
        if joined is not None and belongings[0].since == LONG_AGO:
            belongings = (replace(belongings[0], since=max(LONG_AGO, joined)), *belongings[1:])
        full = bool(belongings) and belongings[-1].status == "full"
        confirmed = belongings[-1].since if full else None
        if full and belongings[0].status == "full" and joined is not None:
            confirmed = joined + timedelta(days=365)
        person = Person(
            key=f"p{serial:04}",
            number=f"{'S' if category == 'student' else 'T'}{serial:05}",
            name=names.name(random, born.year, male),
            male=male,
            born=born,
            id_number=names.id_number(born, alike, male),
            mobile=names.mobile(serial),
            native_place=names.native_place(random),
            ethnicity=random.choices(("01", "11", "02", "03"), (91, 5, 2, 2))[0],
            education=self._education(category),
            work_post=self._work_post(category),
            technical_post=random.choice(_TECHNICAL) if category == "staff" and random.random() < 0.7 else "",
            school=tree.COLLEGE if category == "student" else random.choice(_SCHOOLS),
            subject=random.choice(_SUBJECTS),
            applied=joined - timedelta(days=random.randint(500, 900)) if joined else None,
            joined=joined,
            confirmed=confirmed,
            belongings=belongings,
        )
        self.made[person.key] = person
        return person

    def _birthday(self, category: str) -> date:
        ages = {"staff": (27, 58), "retiree": (62, 86), "student": (20, 23)}[category]
        first = date(self.this_year - ages[1], 1, 1).toordinal()
        last = date(self.this_year - ages[0], 12, 28).toordinal()
        return date.fromordinal(self.random.randint(first, last))

    def _joined(self, category: str, born: date, belongings: tuple[Belonging, ...]) -> date | None:
        if not belongings:
            return None
        if belongings[0].status == "probationary":
            return belongings[0].since
        if category == "student":
            # Full for a little while: admitted (接收) a year and a half before the branch's roll begins.
            return belongings[0].since - timedelta(days=self.random.randint(400, 480))
        age = self.random.randint(20, 34)
        day = date(born.year + age, self.random.choice((5, 6, 11, 12)), self.random.randint(1, 28))
        return min(day, date(self.this_year - 4, 6, 1))

    def _education(self, category: str) -> str:
        if category == "student":
            return "6"
        if category == "retiree":
            return self.random.choices(("21", "22", "41", "6"), (45, 35, 12, 8))[0]
        return self.random.choices(("21", "12", "11", "22"), (46, 42, 6, 6))[0]

    def _work_post(self, category: str) -> str:
        if category == "student":
            return "323"
        if category == "retiree":
            return "502"
        return self.random.choices(("0212", "0211", "0315"), (72, 24, 4))[0]


def _born_for(random: Random, graduates: date) -> date:
    """A birthday that makes a student of 22 or so at the end of the studies."""
    return date(graduates.year - random.choice((22, 23)), random.randint(1, 12), random.randint(1, 28))


def _student(people: People, unit: str, this_year: int) -> None:
    """One student on the roll when the demo begins: of the second or the third year of study."""
    last_year = this_year - 1
    random = people.random
    graduates = date(random.choice((last_year, last_year, this_year)), 6, random.randint(16, 26))
    since = date(last_year - 1, random.choice((5, 11)), random.randint(10, 25))
    roll = Belonging(unit, "full", "student", since, graduates, "毕业转出组织关系")
    people.add("student", (roll,), born=_born_for(random, graduates))


def _admitted(people: People, unit: str, day: date, graduates: date | None) -> Person:
    """One admitted (接收) as a probationary member on `day`, full a year later."""
    full = date(day.year + 1, day.month, min(day.day, 28))
    category = "student" if graduates else "staff"
    first = Belonging(unit, "probationary", category, day, full, "接收为预备党员")
    second = Belonging(unit, "full", category, full, graduates, "转为正式党员")
    born = _born_for(people.random, graduates) if graduates else None
    return people.add(category, (first, second), born=born)


def members(seed: int, this_year: int) -> People:
    """Every member: on the roll at the beginning of last year, come and gone since."""
    made = People(seed, this_year)
    random = made.random
    last_year = this_year - 1
    for number, branch in enumerate(tree.BRANCHES, 1):
        key = tree.branch_key(number)
        for position in range(branch.members):
            if branch.category == "student" or (branch.category == "mixed" and position % 2):
                _student(made, key, this_year)
                continue
            category = "retiree" if branch.category == "retiree" else "staff"
            made.add(category, (Belonging(key, "full", category, LONG_AGO),))
    _retire(made, random, this_year)
    _move(made, random, this_year)
    # Admitted: students in May and November of both years, a few of the staff in July.
    for year in (last_year, this_year):
        for unit in (*tree.STUDENT, "u20"):
            for month in (5, 11):
                for _ in range(6 if unit != "u20" else 3):
                    day = date(year, month, random.randint(10, 24))
                    _admitted(made, unit, day, date(year + 2, 6, 20))
        for unit in random.sample([tree.branch_key(n) for n in range(1, 17)], 3):
            _admitted(made, unit, date(year, 7, random.randint(6, 20)), None)
    # Newly come, not yet put into a branch: the roster puts such a person under the committee itself.
    came = Belonging(tree.COMMITTEE, "full", "staff", date(this_year, 10, 12), None, "新调入，待编入支部")
    made.add("staff", (came,))
    return made


def outsider(made: People) -> str:
    """A leader of the college who is no member of the Party."""
    return made.add("staff", (), born=date(made.this_year - 52, 4, 9)).key


def applicants(made: People) -> dict[str, str]:
    """Those who have applied and are no members yet, with the branch they applied to."""
    units = [*tree.STUDENT, *tree.STUDENT, *(tree.branch_key(number) for number in range(1, 17))]
    found: dict[str, str] = {}
    for number in range(24):
        unit = units[number % len(units)]
        student = unit in tree.STUDENT
        born = date(made.this_year - (20 if student else 31), 1 + number % 12, 1 + number)
        person = made.add("student" if student else "staff", (), born=born)
        applied = date(made.this_year - 1, 3 + number % 8, 10 + number % 15)
        made.made[person.key] = replace(person, applied=applied)
        found[person.key] = unit
    return found


def _replace(
    people: People, person: Person, belongings: tuple[Belonging, ...], born: date | None = None
) -> None:
    """The same person on other rolls, born on another day where one is given."""
    changed = replace(person, belongings=belongings)
    if born is not None:
        # Serials from 400 on are kept for these, so that no number comes twice.
        number = names.id_number(born, 399 + int(person.key[1:]) % 100, person.male)
        changed = replace(changed, born=born, id_number=number)
    people.made[person.key] = changed


def _retire(people: People, random: Random, this_year: int) -> None:
    """Some of the staff retire each year and go to a retired branch on the first of the next month."""
    staff = [one for one in people.made.values() if one.belongings and one.belongings[0].category == "staff"]
    leaving = random.sample(staff[40:], 10)
    for number, person in enumerate(leaving):
        year = this_year - 1 + number % 2
        day = date(year, (3, 5, 6, 9, 10)[number // 2], 1)
        born = date(day.year - 60, day.month - 1, 3 + number)
        home = person.belongings[0].unit
        rolls = (
            Belonging(home, "full", "staff", person.belongings[0].since, day, "退休"),
            Belonging(tree.RETIRED[number % 3], "full", "retiree", day, None, "退休转入"),
        )
        _replace(people, person, rolls, born)


def _move(people: People, random: Random, this_year: int) -> None:
    """Some of the staff leave the college, some move from one branch to another, some come."""
    staff = [
        one
        for one in people.made.values()
        if len(one.belongings) == 1 and one.belongings[0].category == "staff" and one.key > "p0040"
    ]
    movers = random.sample(staff, 20)
    for number, person in enumerate(movers):
        year = this_year - 1 + number % 2
        day = date(year, random.choice((3, 4, 6, 9, 10)), random.randint(3, 26))
        home, since = person.belongings[0].unit, person.belongings[0].since
        if number < 8:
            _replace(people, person, (Belonging(home, "full", "staff", since, day, "转出组织关系"),))
        elif number < 14:
            other = tree.branch_key(random.randint(1, 16))
            if other != home:
                first = Belonging(home, "full", "staff", since, day, "岗位变动")
                second = Belonging(other, "full", "staff", day, None, "岗位变动")
                _replace(people, person, (first, second))
        else:
            _replace(people, person, (Belonging(home, "full", "staff", day, None, "转入组织关系"),))
    # Two of the retired move to where their children live.
    retired = [one for one in people.made.values() if one.belongings[0].category == "retiree"]
    for number, person in enumerate(random.sample(retired, 2)):
        day = date(this_year - 1 + number, 5, 11)
        roll = replace(person.belongings[0], until=day, reason="转往居住地")
        _replace(people, person, (roll,))
