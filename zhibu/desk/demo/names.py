"""Invented people: names, identity numbers of no existing area, telephone numbers that nobody has. Pure."""

from __future__ import annotations

from datetime import date
from random import Random

#: No place in China has this area code: a number that begins with it belongs to nobody.
AREA = "990101"

#: Numbers of mobile phones begin with 13 to 19; these do not, so they reach nobody.
MOBILE_PREFIX = "120"

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董肖程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶闫余潘杜戴夏钟"
    "汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
#: Given names by the year of birth and the sex: a first and a second character; the second may be left out.
_GIVEN: tuple[tuple[int, str, str, str, str], ...] = (
    (1960, "建国德志文玉永福长树", "华民明山林生田海和义", "桂秀玉淑凤素兰月春翠", "英兰珍荣芝芳琴花梅云"),
    (1975, "建志国文立卫晓树永向", "军伟平明新宏东辉成斌", "丽秀晓玉红艳淑海春雪", "梅华霞红萍英敏燕玲芬"),
    (1990, "海晓振鹏宇志俊文少立", "涛鹏磊超飞龙杰峰彬波", "晓丽雅静海文雪婷思玉", "娜婷静丹莉洁楠媛颖晶"),
    (2100, "子浩宇俊泽嘉一梓明博", "轩然涵睿宸阳航泽昊霖", "雨欣梦佳诗思子语若一", "涵怡萱琪彤瑶桐雯妍宁"),
)

_PLACES = ("青禾", "云溪", "望山", "临川湾", "北泉", "松坪", "石桥沟", "白鹿", "雁里", "柳河套")


def check_digit(first: str) -> str:
    """The last character of an identity number by its first 17 digits (GB 11643)."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True)) % 11]


def id_number(born: date, serial: int, male: bool) -> str:
    """An identity number of no existing area; `serial` 0–498 tells those born on one day apart (000 is nobody's)."""
    if not 0 <= serial < 499:
        raise ValueError(f"serial {serial}: 0 to 498")
    first = f"{AREA}{born:%Y%m%d}{serial * 2 + (1 if male else 2):03}"
    return first + check_digit(first)


def mobile(number: int) -> str:
    """The telephone number of the person of that number: eleven digits that reach nobody."""
    return f"{MOBILE_PREFIX}{number:08}"


def name(random: Random, born: int, male: bool) -> str:
    """A believable name for the year of birth and the sex."""
    row = next(row for row in _GIVEN if born < row[0])
    first, second = (row[1], row[2]) if male else (row[3], row[4])
    # The common surnames stand first and come more often.
    surname = _SURNAMES[min(int(random.expovariate(1 / 16)), len(_SURNAMES) - 1)]
    return surname + random.choice(first) + (random.choice(second) if random.random() < 0.85 else "")


def native_place(random: Random) -> str:
    """An invented county of an invented province."""
    return f"虚川省{random.choice(_PLACES)}县"
