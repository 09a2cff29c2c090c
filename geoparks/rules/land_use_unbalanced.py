"""B17: land of production and land to live on, in proportion: the article gives no number, so a person judges by the figures."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.proportion import Proportion, proportions
from geoparks.measure.zone_figures import land_figures
from geoparks.records import Indicator, Measurement, Rule, Words
from geoparks.text import Text

_FAULT = "land_use_unbalanced"

RULE = Rule(
    id="B17",
    title=Text("产业用地与生活用地的比例", "Land of production and land to live on"),
    about=Text(
        "园区内产业用地（工业、采矿、仓储）与生活用地（居住、商业服务业、公共管理与公共服务）的面积之比，按国土调查地类；没有地类图层的，按已供宗地的用途。"
        "哪些编码属于哪一类写在 layers/codes/land_use.toml，条文没有定义。条文没有规定比例：列出面积，由人工判断；没有调查、用途不明的土地可能是两者之一，影响结论的不作结论；单位自己设定下限的，低于下限的仍由人工判断。",
        "The area to live on (homes, commerce, public services) over that of production (industry, mining, storage) in a park, by the"
        " land-use survey, else by the use of the parcels supplied. Which codes are which stands in layers/codes/land_use.toml; the article"
        " does not define it, and gives no proportion: the areas are told, and a person judges; land not surveyed or of no known use may be either. An office may set a least share; below it"
        " a person still judges.",
    ),
    subjects=("parks",),
    needs=(),
    uses=("land_use", "parcels", "parks", "blocks"),
    whole_to_pass=(),
    faults={
        _FAULT: Words(
            title=Text("产业用地与生活用地比例失调", "Land of production and to live on out of proportion"),
            message=Text("{name}的用地比例：{told}。", "Land of {name}: {told}."),
            fix=Text("由人工对照总体规划判断。", "A person compares with the master plan."),
        )
    },
)


def land_use_unbalanced(layers: Dataset) -> Iterator[Measurement]:
    """Land to live on over land of production, for every park."""
    for one in proportions(layers):
        yield _measured(one)


def _measured(one: Proportion) -> Measurement:
    least, most = one.bounds or (None, None)
    return Measurement(
        one.park.subject, _FAULT, value=least, value_at_most=most, reason=one.told or one.reason, remark=one.told, words={"told": one.told or Text("", "")}
    )  # fmt: skip


def indicators(layers: Dataset) -> Iterator[Indicator]:
    """Land of production and to live on, of every park, by the survey and by the parcels."""
    yield from land_figures(layers)
