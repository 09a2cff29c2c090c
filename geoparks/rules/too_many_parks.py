"""B02: a county has more parks than it may, by where the parks really lie."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely

from geoparks.dataset import Dataset
from geoparks.measure.whereabouts import Park, Share, Unclaimed, areas_in, counties_of, parks_of, unclaimed
from geoparks.normalise.features import Features
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text, joined

_FIX = Text(
    "核对园区位置与名录中的旗县，改正有误的一方。",
    "Check the park's place and its county in the register; mend the wrong one.",
)

_SUFFIXES = "旗县市区"
_HOW = {
    "polygon": Text("按园区面。", "By the park's polygon."),
    "both": Text("按园区面和所属区块。", "By the park's polygon and its blocks."),
    "blocks": Text("按所属区块合并的面。", "By its blocks together."),
    "point": Text("该园区没有面，按点位。", "It has no polygon; by its point."),
}

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
    whole_to_pass=("parks", "counties"),
    whole_to_fail=("counties",),
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


def too_many_parks(layers: Dataset) -> Iterator[Measurement]:
    """For every park: how many parks its county has, whether the register names that county, whether it has one."""
    counties = layers["counties"]
    parks = parks_of(layers)
    lies_in = {park.subject: counties_of(park, counties) for park in parks}
    nobodys = unclaimed(layers)
    of_nobody = _by_county(nobodys, counties)
    why_unplaced = {park.subject: _unplaced(park, lies_in[park.subject], nobodys.reason, of_nobody) for park in parks}
    members: dict[int, list[Park]] = {}
    for park in parks:
        for share in lies_in[park.subject][:1]:
            if why_unplaced[park.subject] is None:
                members.setdefault(share.position, []).append(park)
    unplaced = [
        (_declared(park, layers), {share.position for share in lies_in[park.subject]})
        for park in parks
        if why_unplaced[park.subject] is not None
    ]
    for park in parks:
        if (reason := why_unplaced[park.subject]) is not None:
            yield Measurement(park.subject, "too_many_parks", reason=reason)
            continue
        shares, how = lies_in[park.subject], _HOW[park.known_by]
        words: dict[str, Any] = {"how": how}
        yield Measurement(
            park.subject, "outside_counties", value=float(not shares), evidence=park.lonlat, words=words, remark=how
        )
        if shares:
            yield _count(park, shares[0], members[shares[0].position], unplaced, counties)
            yield from _differs(park, shares[0], layers, counties)


def _unplaced(park: Park, shares: list[Share], lost: Text | None, of_nobody: dict[int, float]) -> Text | None:
    """Why it cannot be told in which county most of a park lies: nothing is drawn of it, or not all of its land is."""
    if park.shape is None:
        return Text("没有面，也没有经纬度", "neither a polygon nor a point")
    if not park.is_area:
        return None
    if (why := park.unmeasured or lost) is not None:
        return why + Text("，园区主要在哪个旗县无法认定", "; in which county most of the park lies cannot be told")
    whole = float(shapely.area(park.shape))
    held = {share.position: share.part * whole for share in shares}
    first, most = (shares[0].position, shares[0].part * whole) if shares else (None, 0.0)
    if any(held.get(one, 0.0) + area > most for one, area in of_nobody.items() if one != first):
        return Text(
            "有区块未注明园区；若属该园区，园区主要在另一个旗县",
            "blocks name no park; were they of this one, most of it would lie in another county",
        )
    return None


def _by_county(land: Unclaimed, counties: Features) -> dict[int, float]:
    """Square metres of the blocks that name no park, by county."""
    found: dict[int, float] = {}
    for shape in land.shapes.values():
        for position, area in areas_in(shape, counties).items():
            found[position] = found.get(position, 0.0) + area
    return found


def _count(
    park: Park,
    share: Share,
    members: list[Park],
    unplaced: list[tuple[str | None, set[int]]],
    counties: Features,
) -> Measurement:
    county = counties.subject(share.position)
    allowed = float(counties.column("parks_allowed").iloc[share.position])
    known = not np.isnan(allowed)
    possible = sum(
        declared is None or _named(declared, county.label) or share.position in reached
        for declared, reached in unplaced
    )
    reasons = []
    if not known:
        reasons.append(
            Text(
                f"{county.label}可设 1 个还是 2 个园区，旗县图层没有写明",
                f"the counties layer does not say whether {county.label} may have 1 or 2",
            )
        )
    if possible:
        reasons.append(Text(f"另有 {possible} 个园区位置不明", f"the place of {possible} more parks is not known"))
    return Measurement(
        park.subject,
        "too_many_parks",
        value=float(len(members)),
        value_at_most=float(len(members) + possible),
        case=str(int(allowed)) if known else "",
        reason=joined(reasons) if reasons else None,
        evidence=park.lonlat,
        other=county,
        words={
            "county": county.label,
            "count": len(members),
            "parks": "、".join(one.subject.label for one in members),
            "how": _HOW[park.known_by],
        },
    )


def _declared(park: Park, layers: Dataset) -> str | None:
    """The county that the register names for a park."""
    value = layers["parks"].column("county").iloc[park.row] if park.row is not None else None
    return value if isinstance(value, str) else None


def _named(declared: str, county: str) -> bool:
    """Whether the register means a county: 准格尔旗, 鄂尔多斯市准格尔旗 and 准格尔 are one; so is one of several."""
    short = county.rstrip(_SUFFIXES) or county
    named = [one for one in declared.split("、") if one.strip(_SUFFIXES)]  # 东胜区、 names one county, not any
    return any(one.endswith(county) or one.rstrip(_SUFFIXES) == short or county.endswith(one) for one in named)


def _differs(park: Park, share: Share, layers: Dataset, counties: Features) -> Iterator[Measurement]:
    """Whether the county of most of the park's area is the one that the register names."""
    declared, county = _declared(park, layers), counties.subject(share.position)
    if park.row is not None and (disputed := layers["parks"].disputed(park.row, "county")) is not None:
        yield Measurement(park.subject, "county_differs", reason=disputed)
    if declared is None:
        return
    yield Measurement(
        park.subject,
        "county_differs",
        value=float(not _named(declared, county.label)),
        evidence=park.lonlat,
        other=county,
        words={
            "county": county.label,
            "declared": declared,
            "share": f"{share.part:.1%}",
            "how": _HOW[park.known_by],
        },
    )
