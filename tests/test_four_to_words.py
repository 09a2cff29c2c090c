"""The words of four-to limits: phrasings as announcements have them, and what each is read as."""

from __future__ import annotations

import pytest

from geoparks.measure.four_to_coordinates import coordinates_in
from geoparks.measure.four_to_names import keys
from geoparks.measure.four_to_words import Mention, limits_in, read

EAST, SOUTH, WEST, NORTH = "east", "south", "west", "north"

# The words, the side, and by mention: its first name, how many metres off, in which direction.
PHRASINGS = [
    ("东至经七路", EAST, [("经七路",)]),
    ("南至纬二街。", SOUTH, [("纬二街",)]),
    ("北至黄河大堤", NORTH, [("黄河大堤",)]),
    ("西至包茂高速以东50米", WEST, [("包茂高速", 50, (1, 0))]),
    ("东至试白路以东１５００米", EAST, [("试白路", 1500, (1, 0))]),
    ("富民路北 200 米", NORTH, [("富民路", 200, (0, 1))]),
    ("纬三路以北约0.5公里", NORTH, [("纬三路", 500, (0, 1))]),
    ("距包茂高速东侧五十米处", WEST, [("包茂高速", 50, (1, 0))]),
    ("距离黄河大堤约80米", NORTH, [("黄河大堤", 80, None)]),
    ("黄河大堤以外50米", NORTH, [("黄河大堤", 50, None)]),
    ("包茂高速（以东50米）", WEST, [("包茂高速", 50, (1, 0))]),
    ("濠江西路以北", NORTH, [("濠江西路", None, (0, 1))]),
    ("东临乌兰木伦河", EAST, [("乌兰木伦河",)]),
    ("南靠大路峁", SOUTH, [("大路峁",)]),
    ("北接Ｓ２４兴巴高速公路", NORTH, [("S24兴巴高速公路",)]),
    ("西邻白彦嘎查", WEST, [("白彦嘎查",)]),
    ("东侧紧邻科创大道", EAST, [("科创大道",)]),
    ("东侧与准格尔旗相接", EAST, [("准格尔旗",)]),
    ("与乌审旗交界处", SOUTH, [("乌审旗",)]),
    ("东以经九路为界", EAST, [("经九路",)]),
    ("以规划经九路为东边界", EAST, [("规划经九路",)]),
    ("东边界为经七路", EAST, [("经七路",)]),
    ("东：经七路；", EAST, [("经七路",)]),
    ("西界：Ｇ１０９国道", WEST, [("G109国道",)]),
    ("西至国道G106", WEST, [("国道G106",)]),
    ("东至裕西路、丽水路、裕城路", EAST, [("裕西路",), ("丽水路",), ("裕城路",)]),
    ("政和路、茌郝路、颐和路", NORTH, [("政和路",), ("茌郝路",), ("颐和路",)]),
    ("经三路及规划经五路", EAST, [("经三路",), ("规划经五路",)]),
    ("经三路和孔兑沟", WEST, [("经三路",), ("孔兑沟",)]),
    ("南至新兖石铁路，长安路，文化路", SOUTH, [("新兖石铁路",), ("长安路",), ("文化路",)]),
    ("刘家围（岐江河）", EAST, [("刘家围",)]),
    ("规划路（经十路）", EAST, [("经十路",)]),
    ("经七路（规划）", EAST, [("经七路",)]),
    ("东至盛云路北段、华祥石化东边界", EAST, [("盛云路北段",), ("华祥石化东边界",)]),
    ("赵官屯村农民集体土地", WEST, [("赵官屯村农民集体土地",)]),
    ("虹桥镇环城东路", WEST, [("虹桥镇环城东路",)]),
    ("新104国道、黄牛山山脚", WEST, [("新104国道",), ("黄牛山山脚",)]),
    ("东至棋盘井区块", EAST, [("棋盘井区块",)]),
    ("西至旗界", WEST, [("旗界",)]),
    ("东环路", EAST, [("东环路",)]),
    ("西柳沟", WEST, [("西柳沟",)]),
    ("沿黄公路", NORTH, [("沿黄公路",)]),
    ("规划路", SOUTH, [(None,)]),
    ("东至道路", EAST, [(None,)]),
    ("国有未利用地", NORTH, [(None,)]),
    ("南至园区北边界以南1000米", SOUTH, [(None, 1000, (0, -1))]),
    ("东起经一路，西至经九路，南临纬一路，北靠纬七路", WEST, [("经九路",)]),
    ("东起经一路西至经九路", EAST, [("经一路",)]),
]  # fmt: skip


def told(mention: Mention) -> tuple[object, ...]:
    towards = None if mention.towards is None else tuple(round(one, 6) for one in mention.towards)
    return (mention.names[0] if mention.names else None, mention.away_m, towards)


@pytest.mark.parametrize(("words", "side", "wanted"), PHRASINGS, ids=[one[0] for one in PHRASINGS])
def test_phrasings_are_read(words, side, wanted):
    stated = read(words, side)
    assert [told(one) for one in stated.mentions] == [(*one, *(None,) * (3 - len(one))) for one in wanted]
    assert stated.coordinates is None


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("塔林河北堤", ("塔林河北堤",)),
        ("乌兰木伦河北岸", ("乌兰木伦河北岸", "乌兰木伦河")),
        ("规划经十路红线", ("规划经十路红线", "规划经十路", "经十路红线", "经十路")),
        ("盛云路北段", ("盛云路北段", "盛云路")),
        ("虹桥镇环城东路", ("虹桥镇环城东路", "环城东路")),
        ("西坂村地", ("西坂村地", "西坂村")),
        ("华祥石化东边界", ("华祥石化东边界", "华祥石化")),
    ],
)
def test_other_names_follow_the_words_themselves(words, names):
    mention = read(words, EAST).mentions[0]
    assert mention.names[: len(names)] == names or set(names) == set(mention.names)
    assert mention.names[0] == words


@pytest.mark.parametrize("words", [None, "", " ", "—", "无", "/", "东至", "东至："])
def test_what_says_nothing_is_blank(words):
    stated = read(words, EAST)
    assert stated.blank or not any(one.named for one in stated.mentions)


@pytest.mark.parametrize("words", ["由经七路折向北至纬三路", "详见附图", "J1—J5连线", "汉口路延长线", "大沙头那边"])
def test_what_cannot_be_understood_says_so(words):
    assert not any(one.named for one in read(words, EAST).mentions)


def test_a_known_name_is_not_taken_apart():
    assert read("经和云路", EAST, lambda name: name == "经和云路").mentions[0].names == ("经和云路",)
    assert read("北至北堤", NORTH, lambda name: name == "北堤").mentions[0].names == ("北堤",)
    assert read("东至甲路、乙路", EAST, lambda name: name == "甲路、乙路").mentions[0].names == ("甲路、乙路",)


def test_a_sentence_gives_its_four_sides():
    sentence = "东侧与东胜区相接；南以黄河为界；西至经九路、经十路；北临Ｇ１８"
    assert limits_in(sentence) == {EAST: "东胜区相接", SOUTH: "黄河为界", WEST: "经九路、经十路", NORTH: "G18"}
    assert [read(sentence, side).mentions[0].names[0] for side in (EAST, SOUTH, WEST, NORTH)] == [
        "东胜区", "黄河", "经九路", "G18",
    ]  # fmt: skip
    assert limits_in("东至经七路") == {}


@pytest.mark.parametrize(
    ("words", "name", "value", "half"),
    [
        ("东经110°03′36.68″", "longitude", 110 + 3 / 60 + 36.68 / 3600, 0.005 / 3600),
        ("北纬40度23分11秒", "latitude", 40 + 23 / 60 + 11 / 3600, 0.5 / 3600),
        ("E110°03'36.68\"", "longitude", 110 + 3 / 60 + 36.68 / 3600, 0.005 / 3600),
        ("110.06018°", "longitude", 110.06018, 0.000005),
        ("40.38660", "latitude", 40.3866, 0.000005),
        ("110°03′", "longitude", 110.05, 0.5 / 60),
        ("Y=37418600.123", "easting", 37418600.123, 0.0005),
        ("纵坐标4470500米", "northing", 4470500, 0.5),
        ("418600.5", "easting", 418600.5, 0.05),
    ],
)
def test_coordinates_are_read_with_their_rounding(words, name, value, half):
    number = getattr(read(words, EAST).coordinates, name)
    assert number.value == pytest.approx(value)
    assert number.half == pytest.approx(half)


def test_pairs_remarks_and_half_coordinates():
    pair = coordinates_in("东经110°03′36.68″,北纬40°23′11.76″")
    assert pair.longitude is not None and pair.latitude is not None
    assert read("东经110°03′36.68″（最近的有名地物为经一路，相距约3.2公里）", EAST).coordinates is not None
    assert coordinates_in("东经110°03′附近的经七路") is None
    assert coordinates_in("110°,111°") is None
    assert read("经七路（东经110°03′36.68″）", EAST).mentions[0].names[0] == "经七路"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("国道109", "109国道", True),
        ("G109", "109国道", True),
        ("一〇九国道", "G109", True),
        ("G18荣乌高速公路", "荣乌高速", True),
        ("荣乌高速（G18）", "G18", True),
        ("S214", "省道214", True),
        ("经7路", "经七路", True),
        ("经12路", "经十二路", True),
        ("第3大街", "第三大街", True),
        ("包神铁路线", "包神铁路", True),
        ("新104国道", "104国道", False),
        ("G6辅路", "G6", False),
        ("S109", "G109", False),
        ("经七路", "经十七路", False),
        ("东环路", "环路", False),
    ],
)
def test_names_that_mean_one_feature(one, other, same):
    assert bool(keys(one) & keys(other)) is same
