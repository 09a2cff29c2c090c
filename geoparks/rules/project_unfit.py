"""B20: a project does not fit its park: industry, plan EIA, lists, siting, land standard; each a fault of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from geoparks.dataset import Dataset
from geoparks.measure.leading import fits, leading_industries, listed_as
from geoparks.measure.siting import Site, reaches_out, sites, touches
from geoparks.measure.standard import controls
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text, joined

_POSITIONING, _EIA, _NEGATIVE, _SITED, _STANDARD = (
    "off_positioning", "outside_plan_eia", "on_negative_list", "badly_sited", "below_standard",
)  # fmt: skip
_PLACES = {
    "outside_block": Text("不全在区块内", "not wholly inside a block"),
    "outside_udb": Text("不全在城镇开发边界内", "not wholly inside the urban development boundary"),
    "on_farmland": Text("占永久基本农田", "on permanent basic farmland"),
    "on_redline": Text("占生态保护红线", "on the ecological red line"),
}


def _words(zh: str, en: str, zh_says: str, en_says: str) -> Words:
    return Words(
        title=Text(zh, en),
        message=Text(f"项目{{name}}{zh_says}", f"The project {{name}} {en_says}"),
        fix=Text("不予批准；已批准的，按程序纠正。", "Not to be approved; one that was must be put right."),
    )


RULE = Rule(
    id="B20",
    title=Text("项目不符合园区准入", "Project does not fit the park"),
    about=Text(
        "项目的行业是否属于所在区块（没有的，园区）的主导产业，是否符合规划环评，是否在准入负面清单上，选址是否在区块和城镇开发边界内、"
        "不占永久基本农田和生态保护红线，是否达到标准地控制值。清单、控制值是单位的数据；没有数据的由人工判断。条文施行前批准的项目不受约束。",
        "Whether its industry is one of the leading ones of its block (else of its park), whether it is in the plan EIA, on the"
        " negative list, inside a block and the urban development boundary and off farmland and red line, and up to the land"
        " standard. Lists and control values are the office's data; what has no data is a person's to judge.",
    ),
    subjects=("projects",),
    needs=("projects", "parks"),
    uses=("blocks", "parcels", "industry_groups", "udb", "farmland", "redline", "land_controls"),
    whole_to_pass=("udb", "farmland", "redline"),
    whole_to_fail=("blocks", "udb"),
    faults={
        _POSITIONING: _words("不符合园区产业定位", "Off the park's positioning", "（行业 {industry}）不属于主导产业：{leading}。", "(industry {industry}) is of none of the leading industries: {leading}."),
        _EIA: _words("不符合规划环评", "Outside the plan EIA", "不符合园区规划环评。", "is not in the plan environmental assessment."),
        _NEGATIVE: _words("列入准入负面清单", "On the negative list", "的行业 {industry} 列入准入负面清单。", "is of industry {industry}, which is on the negative list."),
        _SITED: _words("规划选址不符合", "Badly sited", "选址不符合：{places}。", "is badly sited: {places}."),
        _STANDARD: _words("不符合用地标准", "Below the land standard", "没有达到标准地控制值（见 E07）。", "misses control values of standard land (see E07)."),
    },
)  # fmt: skip


def project_unfit(layers: Dataset) -> Iterator[Measurement]:
    """Every test of every project that is in a park by its place or its record."""
    leading = leading_industries(layers)
    short = {one.subject: one.short for one in controls(layers)}
    for site in sites(layers):
        if not site.inside and site.value("park_id") is None:
            if site.shape is None:
                yield _open(
                    site,
                    _POSITIONING,
                    Text("没有地块也没有经纬度，也没有填园区", "neither a place nor a park is stated"),
                )
            continue
        yield _positioned(site, layers, leading)
        eia = site.value("in_plan_eia")
        yield _told(
            site,
            _EIA,
            None if eia is None else not eia,
            Text("没有填是否符合规划环评", "does not say whether it is in the plan EIA"),
        )
        listed = listed_as(layers, site.value("industry_code"))
        yield _told(
            site,
            _NEGATIVE,
            None if listed is None else listed == "negative",
            Text("没有负面清单或行业代码", "no negative list, or no industry code"),
        )
        yield _sited(site, layers)
        if site.subject in short:
            yield _told(
                site,
                _STANDARD,
                short[site.subject],
                Text("没有控制值，或者项目没有填写", "no control values, or the project does not say"),
            )


def _positioned(site: Site, layers: Dataset, leading: Mapping[tuple[str, str | None], frozenset[str]]) -> Measurement:
    """Held against the leading industries of the block it is in, else of its park."""
    blocks = layers.get("blocks")
    within = site.inside[0] if site.inside else None
    block = str(blocks.ids[within]) if blocks is not None and within is not None and within < len(blocks) else None
    park = (site.grounds.parks[within] if within is not None else None) or site.value("park_id")
    wanted = leading.get((str(park), block)) or leading.get((str(park), None)) or frozenset()
    fit = fits(layers, site.value("industry"), site.value("industry_code"), wanted)
    return _told(
        site, _POSITIONING, None if fit is None else not fit, Text("行业无法对应主导产业", "its industry cannot be matched"),
        leading="、".join(sorted(wanted)),
    )  # fmt: skip


def _sited(site: Site, layers: Dataset) -> Measurement:
    """Which of the four demands on its place it breaks; those whose layer is missing are open."""
    told: dict[str, bool | None] = {"outside_block": None if site.shape is None else _outside_blocks(site)}
    for place, name in (("outside_udb", "udb"), ("on_farmland", "farmland"), ("on_redline", "redline")):
        features = layers.get(name)
        test = reaches_out if place == "outside_udb" else touches
        told[place] = None if features is None else test(site, features)
    broken = [_PLACES[place] for place, one in told.items() if one]
    unknown = [_PLACES[place] for place, one in told.items() if one is None]
    if not broken and unknown:
        return _open(site, _SITED, Text("无法核实是否", "cannot be verified: ") + joined(unknown))
    return Measurement(
        site.subject, _SITED, value=float(len(broken)), acted_on=site.value("approved_on"), evidence=site.place,
        row=site.row_number, words={"places": joined(broken) if broken else Text("", "")},
    )  # fmt: skip


def _outside_blocks(site: Site) -> bool:
    return bool(site.without(site.inside)) if site.is_area else not site.inside


def _told(site: Site, fault: str, wrong: bool | None, why: Text, **words: object) -> Measurement:
    if wrong is None:
        return _open(site, fault, why)
    return Measurement(
        site.subject, fault, value=float(wrong), acted_on=site.value("approved_on"), evidence=site.place, row=site.row_number,
        words={"industry": site.value("industry") or site.value("industry_code") or "—", **words},
    )  # fmt: skip


def _open(site: Site, fault: str, why: Text) -> Measurement:
    """What has no data is a person's to judge."""
    return Measurement(
        site.subject, fault, outcome="manual", reason=RULE.faults[fault].title + Text("：", ": ") + why,
        acted_on=site.value("approved_on"), row=site.row_number,
    )  # fmt: skip
