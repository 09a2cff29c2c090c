"""Classes of a choropleth: whatever the values, every one is in just one class of every scheme."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoparks.catalog import map as maps
from geoparks.maps.classify import breaks
from geoparks.maps.palette import QUALITATIVE, RAMPS, UNKNOWN

nan = float("nan")
CASES = {
    "one value": [5.0],
    "one value many times": [5.0] * 50,
    "two values": [1.0, 2.0],
    "ties": [0.0] * 90 + [1.0, 2, 3, 4, 5, 6, 7],
    "negative": [-9.5, -3, -1, 0, 2, 8, 11, 12],
    "missing among others": [nan, 1, nan, 2, 3, 4, 5, 6, 7, nan],
    "far apart": [1e-9, 1, 1e3, 1e6, 1e9, 1e12, 1e15],
    "many": list(np.random.default_rng(1).lognormal(3, 2, 5000)),
}


def of(value: float, bounds: list[float]) -> list[int]:
    """The classes that hold a value: above the bound before, up to its own."""
    return [i for i, bound in enumerate(bounds) if value <= bound and (i == 0 or value > bounds[i - 1])]


def hold(values: list[float], classes: int, manual: tuple[float, ...] = ()) -> None:
    found = breaks(np.array(values), classes, manual)
    known = [one for one in values if np.isfinite(one)]
    assert set(found) == ({"quantiles", "natural", "equal"} | ({"manual"} if manual else set()) if known else set())
    for scheme, bounds in found.items():
        assert bounds == sorted(set(bounds)), scheme
        assert len(bounds) <= (len(manual) + 1 if scheme == "manual" else classes)
        assert bounds[-1] == max(known)
        assert all(len(of(value, bounds)) == 1 for value in known), scheme


@pytest.mark.parametrize("classes", [2, 5, 9])
@pytest.mark.parametrize("name", CASES)
def test_every_value_is_in_one_class(name: str, classes: int) -> None:
    hold(CASES[name], classes, manual=(0.5, 3.0))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(-1e9, 1e9) | st.just(nan), max_size=40),
    st.integers(2, 9),
    st.lists(st.floats(-1e9, 1e9), max_size=5).map(lambda some: tuple(sorted(some))),
)
def test_every_value_of_any_is_in_one_class(values: list[float], classes: int, manual: tuple[float, ...]) -> None:
    hold(values, classes, manual)


def test_nothing_known_has_no_classes() -> None:
    assert breaks(np.array([nan, nan]), 5, (1.0,)) == {}


def test_the_same_values_have_the_same_classes() -> None:
    values = np.array(CASES["many"])
    assert breaks(values, 7) == breaks(values.copy(), 7)


def light(colour: str) -> float:
    """Relative luminance, by which a grey print shows a colour."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def seen(colour: str, eye: str) -> np.ndarray:
    """A colour as people see it who lack red or green cones (Viénot, Brettel and Mollon 1999), in CIE Lab."""
    rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]) ** 2.2
    lms = np.array([[17.8824, 43.5161, 4.11935], [3.45565, 27.1554, 3.86714], [0.0299566, 0.184309, 1.46709]])
    lacks = {
        "red": np.array([[0, 2.02344, -2.52581], [0, 1, 0], [0, 0, 1]]),
        "green": np.array([[1, 0, 0], [0.494207, 0, 1.24827], [0, 0, 1]]),
        "none": np.eye(3),
    }
    rgb = np.clip(np.linalg.inv(lms) @ lacks[eye] @ lms @ rgb, 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ rgb
    f = np.cbrt(xyz / [0.9505, 1, 1.089])
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("ramp", ["blue", "orange", "purple", "green"])
def test_more_is_darker_in_print_too(ramp: str) -> None:
    lights = [light(one) for one in RAMPS[ramp]]
    assert lights == sorted(lights, reverse=True)
    assert min(a / b for a, b in itertools.pairwise(lights)) > 1.1


@pytest.mark.parametrize("eye", ["red", "green", "none"])
def test_neighbouring_classes_stay_apart_for_every_eye(eye: str) -> None:
    for ramp in RAMPS.values():
        five = [ramp[round(i * (len(ramp) - 1) / 4)] for i in range(5)]
        shades = [seen(one, eye) for one in five]
        assert min(np.linalg.norm(a - b) for a, b in itertools.pairwise(shades)) > 8


@pytest.mark.parametrize("eye", ["red", "green", "none"])
def test_classes_without_an_order_stay_apart_for_every_eye(eye: str) -> None:
    for some, least in ((QUALITATIVE, 14), (QUALITATIVE[:6], 18)):
        shades = [seen(one, eye) for one in (*some, UNKNOWN)]
        assert min(np.linalg.norm(a - b) for i, a in enumerate(shades) for b in shades[:i]) > least


@pytest.mark.parametrize("eye", ["red", "green", "none"])
@pytest.mark.parametrize("name", maps.names())
def test_classes_of_shipped_maps_stay_apart_for_every_eye(name: str, eye: str) -> None:
    for theme in (theme for layer in maps.load(name).layers for theme in layer.themes if theme.classes):
        shades = [seen(one, eye) for one in (*theme.classes.values(), UNKNOWN)]
        assert min(np.linalg.norm(a - b) for i, a in enumerate(shades) for b in shades[:i]) > 8, theme


def test_the_grey_of_the_unknown_is_no_colour_of_a_legend() -> None:
    assert UNKNOWN not in {one for ramp in RAMPS.values() for one in ramp} | set(QUALITATIVE)


def apart(values: list[float], bounds: list[float]) -> float:
    """How far values lie from the means of their classes, squared and summed, without rounding."""
    parts: dict[int, list[Fraction]] = {}
    for value in values:
        parts.setdefault(of(value, bounds)[0], []).append(Fraction(value))
    return float(sum(sum((one - sum(some) / len(some)) ** 2 for one in some) for some in parts.values()))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.floats(-1e9, 1e9) | st.integers(-30, 30).map(float), min_size=3, max_size=60),
    st.integers(2, 9),
)
@pytest.mark.filterwarnings("ignore")
def test_classes_are_those_of_mapclassify(values: list[float], classes: int) -> None:
    """Its natural breaks are summed in single precision: no better than ours, and as good where whole numbers are small."""
    import mapclassify

    some = np.array(values)
    known = np.unique(some)
    if len(known) <= classes:
        return
    theirs = {
        "quantiles": mapclassify.Quantiles(some, k=classes).bins,
        "natural": mapclassify.FisherJenks(known, k=classes).bins,
        "equal": mapclassify.EqualInterval(known, k=classes).bins,
    }
    most = float(known[-1])
    for scheme, bounds in breaks(some, classes).items():
        below = [*np.unique(theirs[scheme][theirs[scheme] < most]).tolist(), most]
        if scheme == "natural":
            ours, other = apart(known.tolist(), bounds), apart(known.tolist(), below)
            assert ours <= other * (1 + 1e-8)
            if np.abs(known).max() <= 30 and (known == known.round()).all():
                assert ours == pytest.approx(other)
        else:
            assert bounds == below, scheme


LEVELS = {
    "years": [1995.0, 1996, 2003, 2004, 2005, 2015, 2016, 2017, 2023, 2024],
    "every year": [float(year) for year in range(1995, 2025)],
    "northings": [4_420_000 + 20.0 * k for k in range(10)],
    "northings apart": [4_420_000.0, 4_420_020, 4_420_040, 4_421_000, 4_421_020, 4_425_000, 4_425_060, 4_425_061],
    "money": [1e8 + k for k in range(10)],
    "shares": [0.9 + 0.001 * k for k in range(9)],
    "one far away": [1.0, 2, 3, 11, 12, 13, 1e9],
    "below nought": [-2024.0, -2023, -2010, -2009, -1999, -1998],
}


def hold_best(values: list[float], classes: int) -> None:
    """Against every way to divide them."""
    known = sorted(set(values))
    if len(known) <= classes:
        return
    bounds = breaks(np.array(values), classes)["natural"]
    assert len(bounds) == classes
    every = itertools.combinations(known[:-1], classes - 1)
    assert apart(known, bounds) <= min(apart(known, [*some, known[-1]]) for some in every) * (1 + 1e-8)


@pytest.mark.parametrize("classes", [2, 3, 4])
@pytest.mark.parametrize("name", LEVELS)
def test_natural_breaks_are_the_best_however_high_values_lie(name: str, classes: int) -> None:
    hold_best(LEVELS[name], classes)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 40) | st.integers(0, 1000), min_size=3, max_size=8),
    st.sampled_from([0.0, 2000.0, 4_420_000.0, 1e9]),
    st.sampled_from([0.001, 1.0, 20.0]),
    st.integers(2, 4),
)
def test_natural_breaks_are_the_best(steps: list[int], level: float, width: float, classes: int) -> None:
    hold_best([level + width * step for step in steps], classes)


def test_natural_breaks_of_numbers_too_large_for_single_precision_are_classes_too() -> None:
    for more in (1e25, 1e300):
        hold([more, 2 * more, 3 * more, 50 * more, 60 * more, 70 * more, 100 * more, 2000 * more], 3)
