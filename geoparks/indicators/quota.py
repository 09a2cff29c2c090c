"""L03: what ratio and disposal would mean for next year's plan: each county's and park's quota raised or cut by how far it is from the mean.

A what-if: the documents say that the actual supply ratio counts and that some zones are preferred, and give no method.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoparks import units
from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure import stock
from geoparks.measure.places import PLACES, groups
from geoparks.measure.plan import Plan, plan
from geoparks.measure.sharing import tilts, within
from geoparks.measure.stock import Figure
from geoparks.measure.supplied import as_of, ledger, parcels_of
from geoparks.measure.tasks import TASK, Tasks
from geoparks.measure.whereabouts import parks_of
from geoparks.records import Indicator, Subject
from geoparks.text import Text

_PLAN, _QUOTA, _SHARE, _CHANGE, _LINKED = (
    "L03.plan_mu", "L03.quota_mu", "L03.share", "L03.change_mu", "L03.linked_quota_mu",
)  # fmt: skip
_CRITERIA = ("ratio", "disposal", "preference")
_PARTS = tuple(f"L03.quota_by_{one}_mu" for one in _CRITERIA)
_EFFECTS = tuple(f"L03.{one}_weight_effect_mu" for one in _CRITERIA)
INDICATORS = (_PLAN, _QUOTA, _SHARE, _CHANGE, *_PARTS, *_EFFECTS, _LINKED)
_SOURCE = Text("计划指标、批准用地、宗地、处置任务", "quotas, approvals, parcels, tasks")
_NO_PARCELS = Text("没有宗地", "no parcels")


@dataclass(frozen=True)
class _Scores:
    """What counts of one county or park."""

    ratio: Figure
    done: Figure
    """Land disposed of in the year ÷ its task."""
    idle: Figure
    preferred: bool

    @property
    def values(self) -> list[float]:
        """Ratio, task done and preference as numbers of 0 … 1; NaN where not known."""
        some = [np.nan if one.value is None else min(one.value, 1.0) for one in (self.ratio, self.done)]
        return [*some, float(self.preferred)]


def compute(layers: Dataset, pack: Pack, years: tuple[int, ...]) -> Iterator[Indicator]:
    """By county and park of the plan of the year after the statistics: its quota, and what the what-if makes of it."""
    last = layers.year or layers.on.year
    year = last + 1
    missing = next((one for one in ("quotas", "approvals") if one not in layers), None)
    reason = layers.why_not(missing) if missing is not None else None
    found = plan(layers, year) if reason is None else None
    if found is None or (found.counties.empty and found.parks.empty and not found.reasons):
        none = Text(f"没有 {year} 年的计划指标", f"no quotas of {year}")
        for park in parks_of(layers):
            for one in INDICATORS:
                yield Indicator(one, park.subject, year, None, "", source=_SOURCE, reason=reason or none)
        return
    scores = _scores(layers, pack, found, last)
    weights = np.array([pack.settings[f"quota_{one}_weight"].given for one in _CRITERIA])
    step = pack.settings["quota_weight_step"].given
    shared = _shared(found, scores, weights)
    moved = [_shared(found, scores, weights + step * one)["quota"] - shared["quota"] for one in np.eye(len(weights))]
    formula = _formula(pack, weights, layers, year)
    for subject, base in _bases(layers, found):
        why = _why_not(subject, base, found, year)
        yield Indicator(_PLAN, subject, year, base, "", source=Text("计划指标", "quotas"), reason=why)
        yield from _what_if(subject, year, base, why, shared, moved, scores.get(subject), formula, step)
        yield _linked(subject, year, base, why, scores.get(subject), pack)
    yield from _total(found, shared, year, formula)


def _bases(layers: Dataset, found: Plan) -> Iterator[tuple[Subject, float | None]]:
    """Every county of the plan, and every park, with its quota by the plan."""
    for county, base in found.counties["base"].items():
        yield Subject("counties", str(county), str(county)), None if np.isnan(base) else float(base)
    for park in parks_of(layers):
        base = found.parks["base"].get(park.subject.id, np.nan)
        yield park.subject, None if np.isnan(base) else float(base)


def _why_not(subject: Subject, base: float | None, found: Plan, year: int) -> Text | None:
    if base is not None:
        return None
    none = Text(f"{year} 年的计划没有它的指标", f"the plan of {year} has no quota for it")
    return found.reasons.get(subject.id, none)


def _scores(layers: Dataset, pack: Pack, found: Plan, last: int) -> dict[Subject, _Scores]:
    book, tasks = ledger(layers, pack), Tasks(layers)
    span = int(pack.settings["supply_ratio_window_years"].given)
    rows, gone = as_of(book, layers.on), stock.disposed(book, last, layers.on)
    by_ratio = {subject: rows[those] for subject, those in groups(layers, rows)}
    by_disposal = {subject: gone[those] for subject, those in groups(layers, gone)}
    by_idle, no_idle = _idle(layers, pack, last)
    result = {}
    for subject, _ in _bases(layers, found):
        disposed = stock.disposed_of(by_disposal.get(subject, gone.iloc[:0]))
        handled = by_idle.get(subject, Figure(None, reason=no_idle))
        table = found.parks if subject.layer == "parks" else found.counties
        result[subject] = _Scores(
            stock.ratio(stock.window(by_ratio.get(subject, rows.iloc[:0]), last, span)),
            stock.over(disposed, tasks.of(subject, last, TASK.UNSUPPLIED, frozenset())),
            stock.over(handled, tasks.of(subject, last, TASK.IDLE, frozenset())),
            bool(table["preferred"].get(subject.id, False)),
        )
    return result


def _idle(layers: Dataset, pack: Pack, year: int) -> tuple[dict[Subject, Figure], Text]:
    """How much land was determined idle and disposed of in a year, and why that is not known of who is not there."""
    parcels = layers.get("parcels")
    lacking = next((one for one in ("determined_on", "disposed_on") if parcels and not parcels.has(one)), None)
    if parcels is None or lacking is not None:
        why = layers.why_not("parcels") if parcels is None else parcels.why_missing(str(lacking))
        return {}, why
    first, last = (np.datetime64(one) for one in (stock.year_end(year - 1), min(stock.year_end(year), layers.on)))

    def in_year(rows: pd.DataFrame) -> pd.Series:
        return (rows["disposed_on"] > first) & (rows["disposed_on"] <= last) & rows["determined_on"].notna()

    table = parcels_of(layers, pack)
    m2 = table.where(in_year, "m2", "determined_on", "disposed_on")["m2"]
    of_all = groups(layers, table.frame(*PLACES)) if len(table) else ()
    found = {one: _summed(m2[those[m2.index]].to_numpy(dtype=float), bool(those.any())) for one, those in of_all}
    return found, _NO_PARCELS


def _summed(some: np.ndarray, any_parcel: bool) -> Figure:
    """The area of those that were disposed of in the year, in mu; who has no parcel on record has no figure."""
    if not any_parcel:
        return Figure(None, reason=_NO_PARCELS)
    if np.isnan(some).any():
        return Figure(
            None, reason=Text("处置的闲置土地有宗地面积不明", "the area of idle land disposed of is not known")
        )
    return Figure(units.to_mu(float(some.sum())))


def _shared(found: Plan, scores: dict[Subject, _Scores], weights: np.ndarray) -> pd.DataFrame:
    """The what-if quota of every county and park whose ratio is known, by layer and id: base, quota and the three parts, in mu."""
    tables, outer = [], {}
    counties = _known(found.counties, "counties", scores)
    tilted = tilts(counties["base"].to_numpy(), weights, counties[list(_CRITERIA)].to_numpy().T)
    outer = {str(one): tilted[:, place] for place, one in enumerate(counties.index)}
    quota, parts = within(counties["base"].to_numpy(), np.zeros(len(weights)), tilted)
    tables.append(_table(counties, "counties", quota, parts))
    parks = _known(found.parks, "parks", scores)
    for county, some in parks.groupby("county", dropna=False, sort=True):
        base = some["base"].to_numpy()
        inner = tilts(base, weights, some[list(_CRITERIA)].to_numpy().T)
        quota, parts = within(base, outer.get(str(county), np.zeros(len(weights))), inner)
        tables.append(_table(some, "parks", quota, parts))
    return pd.concat([one for one in tables if len(one)] or tables[:1])


def _known(table: pd.DataFrame, layer: str, scores: dict[Subject, _Scores]) -> pd.DataFrame:
    """The rows of a plan with a quota and a ratio, with the values of the criteria."""
    of_id = {subject.id: one.values for subject, one in scores.items() if subject.layer == layer}
    blank = [np.nan] * len(_CRITERIA)
    values = pd.DataFrame(
        [of_id.get(str(one), blank) for one in table.index], index=table.index, columns=list(_CRITERIA)
    )
    joined = pd.concat([table, values.astype(float)], axis=1)
    return joined[joined["base"].notna() & joined["ratio"].notna()].astype({"base": float})


def _table(rows: pd.DataFrame, layer: str, quota: np.ndarray, parts: np.ndarray) -> pd.DataFrame:
    index = pd.MultiIndex.from_tuples([(layer, str(one)) for one in rows.index], names=["layer", "id"])
    columns = {"base": rows["base"].to_numpy(), "quota": quota, **dict(zip(_PARTS, parts, strict=True))}
    return pd.DataFrame(columns, index=index)


def _what_if(
    subject: Subject, year: int, base: float | None, why: Text | None, shared: pd.DataFrame,
    moved: list[pd.Series], scores: _Scores | None, formula: Text, step: float,
) -> Iterator[Indicator]:  # fmt: skip
    key, reason = (subject.layer, subject.id), why
    if reason is None and (shared["quota"] < 0).any():
        reason = Text(
            "权重过大，有单位的测算指标为负，无法测算", "the weights are too large: a quota would be negative"
        )
    if reason is None and key not in shared.index:
        assert scores is not None
        told = scores.ratio.reason or Text("供地率不明", "no ratio")
        reason = (
            Text("没有供地率，不参与测算，保持计划指标：", "no ratio: it takes no part and keeps its plan's quota: ")
            + told
        )
        yield Indicator(_QUOTA, subject, year, base, "", formula=formula, source=_SOURCE + Text("；", "; ") + reason)
    elif reason is not None:
        yield Indicator(_QUOTA, subject, year, None, "", formula=formula, source=_SOURCE, reason=reason)
    if reason is not None:
        for one in (_SHARE, _CHANGE, *_PARTS, *_EFFECTS):
            yield Indicator(one, subject, year, None, "", source=_SOURCE, reason=reason)
        return
    assert base is not None and scores is not None
    row, total = shared.loc[key], float(shared["quota"][shared.index.get_level_values("layer") == subject.layer].sum())
    quota = float(row["quota"])
    yield Indicator(_QUOTA, subject, year, quota, "", formula=formula, source=_follows(base, scores))
    share = quota / total if total else None
    none = None if total else Text("各单位计划指标合计为零", "the quotas sum to zero")
    yield Indicator(_SHARE, subject, year, share, "", numerator=quota, denominator=total, source=_SOURCE, reason=none)
    yield Indicator(_CHANGE, subject, year, quota - base, "", numerator=quota, denominator=base, source=_SOURCE)
    for one in _PARTS:
        yield Indicator(one, subject, year, float(row[one]), "", source=_SOURCE)
    note = Text(f"（权重 +{step:g}）", f" (weight + {step:g})")
    for one, by in zip(_EFFECTS, moved, strict=True):
        yield Indicator(one, subject, year, float(by.loc[key]), "", source=_SOURCE + note)


def _total(found: Plan, shared: pd.DataFrame, year: int, formula: Text) -> Iterator[Indicator]:
    """What all counties of the plan have together, by the plan and by the what-if: the same."""
    source = Text("计划指标（旗县合计）", "quotas (sum of the counties)")
    bases, lacking = found.counties["base"], None
    if bases.isna().any() or bases.empty:
        lacking = Text("没有旗县计划指标，或有旗县的指标不明", "no quotas of counties, or one is not known")
    moved = float((shared["quota"] - shared["base"])[shared.index.get_level_values("layer") == "counties"].sum())
    whole = float(bases.sum())
    for one, value, how in ((_PLAN, whole, Text("", "")), (_QUOTA, whole + moved, formula)):
        yield Indicator(
            one, Subject("region", ""), year, None if lacking else value, "", formula=how, source=source, reason=lacking
        )


def _follows(base: float, scores: _Scores) -> Text:
    """What a quota followed from, as its source tells it."""
    ratio, done = (units.quantity_text(one.value, "ratio") for one in (scores.ratio, scores.done))
    preferred = Text("是", "yes") if scores.preferred else Text("否", "no")
    if scores.done.value is None and scores.done.reason is not None:
        done = Text("—（", "— (") + scores.done.reason + Text("，不增不减）", ", no change)")
    words = Text(
        "；计划 {base} 亩，近五年供地率 {ratio}，处置完成率 {done}，倾斜：{preferred}",
        "; plan {base} mu, five-year ratio {ratio}, task done {done}, preferred: {preferred}",
    )
    return _SOURCE + words.fill(base=units.number(base), ratio=ratio, done=done, preferred=preferred)


def _formula(pack: Pack, weights: np.ndarray, layers: Dataset, year: int) -> Text:
    spec = pack.indicators.get(_QUOTA)
    ratio, disposal, preference = (f"{one:g}" for one in weights)
    words = Text(
        f"（权重：供地率 {ratio}、处置 {disposal}、倾斜 {preference}，是工具设定，不是法规；计划年度 {year}，供地率和处置按上一年，截至 {layers.on}）",
        f" (weights: ratio {ratio}, disposal {disposal}, preference {preference}: settings, not law; plan of {year}, ratio and disposal of the year before, by {layers.on})",
    )
    return Text("", "") if spec is None else spec.formula + words


def _linked(
    subject: Subject, year: int, base: float | None, why: Text | None, scores: _Scores | None, pack: Pack
) -> Indicator:
    """The plan's quota raised where both tasks are done, cut where either is missed; a task that nobody knows of leaves it open."""
    note = Text(
        "（测算；比例来自二手来源，未核）", " (a what-if; the shares are from a secondary source, not verified)"
    )
    source = _SOURCE + note
    if base is None or scores is None:
        return Indicator(_LINKED, subject, year, None, "", source=source, reason=why)
    both = [one.value for one in (scores.done, scores.idle)]
    bonus, cut = (pack.settings[one].given for one in ("tasks_done_bonus", "task_missed_cut"))
    if any(one is not None and one < 1 for one in both):
        return Indicator(_LINKED, subject, year, base * (1 - cut), "", source=source)
    if None in both:
        reason = next((one.reason for one in (scores.done, scores.idle) if one.value is None), None)
        return Indicator(_LINKED, subject, year, None, "", source=source, reason=reason)
    return Indicator(_LINKED, subject, year, base * (1 + bonus), "", source=source)
