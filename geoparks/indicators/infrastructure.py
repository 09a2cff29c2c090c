"""E15: facilities that a park lacks: of the ten of every park, and of the connections of class-one parks."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure.facilities import has
from geoparks.measure.whereabouts import parks_of
from geoparks.measure.yearly import returns_of
from geoparks.records import Indicator
from geoparks.text import Text

_MISSING, _CONNECTIONS = "E15.missing_count", "E15.connections_missing"
INDICATORS = (_MISSING, _CONNECTIONS)
_SOURCE = Text("园区名录、基础设施", "parks, facilities")


def compute(layers: Dataset, pack: Pack, years: tuple[int, ...]) -> Iterator[Indicator]:
    """What is missing today, under the run's year."""
    year = layers.year or layers.on.year
    ten = layers.catalogue.codes["facility_kind"].values
    returns = returns_of(layers)
    for park in parks_of(layers):
        told = {kind: has(layers, park, (kind,)) for kind in ten}
        missing = [kind for kind, one in told.items() if one is False]
        unknown = [kind for kind, one in told.items() if one is None]
        names = Text("；缺：" + "、".join(missing), "; missing: " + ", ".join(missing)) if missing else Text("", "")
        reason = Text(f"未填：{'、'.join(unknown)}", f"not stated: {', '.join(unknown)}") if unknown else None
        yield Indicator(
            _MISSING, park.subject, year, None if unknown else len(missing), "", numerator=len(missing), denominator=len(ten),
            source=_SOURCE + names, reason=reason, at_least=len(missing) if unknown else None,
        )  # fmt: skip
        spec, classes = pack.indicators.get(_CONNECTIONS), pack.indicators.get("E03.class")
        if spec is None or classes is None:
            continue
        output = returns.of(park.subject, year, "output_wanyuan")
        step = classes.step("parks", output.value) if output.value is not None else None
        highest = classes.steps["parks"][0]
        if output.value is None:
            yield Indicator(_CONNECTIONS, park.subject, year, None, "", source=_SOURCE, reason=output.reason)
            continue
        if step is None or step.value != highest.value:
            continue  # the document speaks of class-one parks only
        items = [str(one) for one in spec.parameters.get("items", [])]
        if not items:
            why = Text(
                "文件没有列出“九通一平”所含各项，由单位填写",
                "the document does not name the connections; the office does",
            )
            yield Indicator(_CONNECTIONS, park.subject, year, None, "", source=_SOURCE, reason=why)
            continue
        have = {one: has(layers, park, (one,)) for one in items}
        lacking = [kind for kind, one in have.items() if one is False]
        silent = [kind for kind, one in have.items() if one is None]
        listed = Text("；缺：" + "、".join(lacking), "; missing: " + ", ".join(lacking)) if lacking else Text("", "")
        open_ = Text(f"未填：{'、'.join(silent)}", f"not stated: {', '.join(silent)}") if silent else None
        yield Indicator(
            _CONNECTIONS, park.subject, year, None if silent else len(lacking), "", numerator=len(lacking), denominator=len(items),
            source=_SOURCE + listed, reason=open_, at_least=len(lacking) if silent else None,
        )  # fmt: skip
