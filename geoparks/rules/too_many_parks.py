"""B02: a county has more parks than it may, by where the parks really lie."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from geoparks.dataset import Dataset
from geoparks.measure.whereabouts import Park, Share, counties_of, parks_of
from geoparks.normalise.features import Features
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

_FIX = Text(
    "核对园区位置与名录中的旗县，改正有误的一方。",
    "Check the park's place and its county in the register; mend the wrong one.",
)

RULE = Rule(
    id="B02",
    title=Text("旗县园区过多", "Too many parks in a county"),
    about=Text(
        "每个园区归面积占比最大的旗县；没有面时按点，并说明。再与名录所列旗县对照。旗县可设几个园区取自旗县图层的“可设园区数”。",
        "A park counts in the county that holds most of its area; where there is no polygon, by its point, and this is said."
        " Then it is compared with the county in the register. How many parks a county may have comes from the counties layer.",
    ),
    subjects=("parks",),
    needs=("parks", "counties"),
    uses=("blocks",),
    geometric=True,
    faults={
        "too_many_parks": Words(
            title=Text("旗县园区数量超过规定", "More parks in the county than allowed"),
            message=Text(
                "{county}有 {count} 个园区（{parks}），规定{expected}。{how}",
                "{county} has {count} parks ({parks}); allowed is {expected}. {how}",
            ),
            fix=Text(
                "按规定整合园区；经济实力强的旗县请在旗县图层注明可设园区数。",
                "Merge parks as the article says; for an economically strong county, state so in the counties layer.",
            ),
        ),
        "county_differs": Words(
            title=Text("所在旗县与名录不符", "Not in the county that the register names"),
            message=Text(
                "{name}的 {share} 位于{county}，名录所列为{declared}。{how}",
                "{share} of {name} lies in {county}; the register names {declared}. {how}",
            ),
            fix=_FIX,
        ),
        "outside_counties": Words(
            title=Text("位于所有旗县之外", "Outside every county"),
            message=Text("{name}不在任何一个旗县范围内。{how}", "{name} lies in no county of the layer. {how}"),
            fix=_FIX,
        ),
    },
)

_HOW = {
    "polygon": Text("按园区面。", "By the park's polygon."),
    "blocks": Text("按所属区块合并的面。", "By its blocks together."),
    "point": Text("该园区没有面，按点位。", "It has no polygon; by its point."),
}


def too_many_parks(layers: Dataset) -> Iterator[Measurement]:
    """For every park: how many parks its county has, whether the register names that county, whether it has one."""
    counties = layers["counties"]
    parks = parks_of(layers)
    shares = {park.subject: counties_of(park, counties) for park in parks}
    members: dict[int, list[Park]] = {}
    for park in parks:
        if shares[park.subject]:
            members.setdefault(shares[park.subject][0].position, []).append(park)
    for park in parks:
        if park.shape is None:
            reason = Text("没有面，也没有经纬度", "neither a polygon nor a point")
            yield Measurement(park.subject, "too_many_parks", reason=reason)
            continue
        where = shares[park.subject]
        how = _HOW[park.known_by]
        yield Measurement(
            park.subject, "outside_counties", value=float(not where), evidence=park.lonlat, words={"how": how}
        )
        if where:
            yield _count(park, where[0], members[where[0].position], counties, how)
            yield from _declared(park, where, layers, counties, how)


def _count(park: Park, share: Share, members: list[Park], counties: Features, how: Text) -> Measurement:
    county = counties.subject(share.position)
    allowed = counties.column("parks_allowed").iloc[share.position]
    known = allowed is not None and not np.isnan(float(allowed))
    return Measurement(
        park.subject,
        "too_many_parks",
        value=float(len(members)),
        case=str(int(allowed)) if known else "",
        reason=None if known else Text(
            f"{county.label}可设 1 个还是 2 个园区，旗县图层没有写明", f"the counties layer does not say whether {county.label} may have 1 or 2"
        ),
        evidence=park.lonlat,
        other=county,
        words={"county": county.label, "count": len(members), "parks": "、".join(one.subject.label for one in members), "how": how},
    )  # fmt: skip


def _declared(park: Park, where: list[Share], layers: Dataset, counties: Features, how: Text) -> Iterator[Measurement]:
    """Whether the county of most of the park's area is the one that the register names."""
    declared: Any = layers["parks"].column("county").iloc[park.row] if park.row is not None else None
    if not isinstance(declared, str):
        return
    county = counties.subject(where[0].position)
    same = county.label == declared or declared.endswith(county.label) or county.label.endswith(declared)
    yield Measurement(
        park.subject,
        "county_differs",
        value=float(not same),
        evidence=park.lonlat,
        other=county,
        words={"county": county.label, "declared": declared, "share": f"{where[0].part:.1%}", "how": how},
    )
