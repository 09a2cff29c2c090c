"""Which file of the demonstration holds which layer, in which format: a mixture, as a city's offices hand it in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath

from geoparks import write
from geoparks.catalog.layer import Catalogue
from geoparks.demo import (
    economy,
    files,
    land,
    parkland,
    projects,
    rasters,
    returns,
    space,
    supply,
    surroundings,
    zoning,
)
from geoparks.demo.plan import Block, Made, parks

Writer = Callable[[Path], object]

# Parks whose blocks came as one coordinate TXT each; the others sent one TXT for each zone of the park.
_ONE_TXT_A_BLOCK = ("YQ01", "YQ02", "YQ03", "YQ04")
_SINGLE: tuple[tuple[str, Callable[[], Made]], ...] = (
    ("园区名录.xlsx", parkland.register),
    ("园区区块/园区区块.xlsx", parkland.block_table),
    ("变更批准.xlsx", parkland.boundary_changes),
    ("产业园.gpkg", parkland.sub_parks),
    ("功能分区.gpkg", zoning.functional_zones),
    ("区域评估.gpkg", zoning.assessments),
    ("旗县.geojson", space.counties),
    ("主体功能区.gpkg", space.main_function),
    ("CZKFBJ.shp", space.udb),
    ("YJJBNTBHTB.gpkg", space.farmland),
    ("STBHHX.gpkg", space.redline),
    ("参照地物.kml", surroundings.landmarks),
    ("基础设施.geojson", surroundings.facilities),
    ("不可建设土地.gpkg", surroundings.undevelopable),
    ("批准用地.gpkg", land.approvals),
    ("已达到供地条件土地.gpkg", land.supply_ready),
    ("DLTB.parquet", land.land_use),
    ("宗地/闲置土地处置台账.xlsx", supply.ledger),
    ("企业名录.xlsx", economy.enterprises),
    ("企业年报.csv", economy.enterprise_stats),
    ("产品能耗.xlsx", economy.products),
    ("园区年报.xlsx", returns.park_stats),
    ("盟市年报.csv", returns.league_stats),
    ("考核结果.xlsx", returns.evaluations),
    ("处置任务.xlsx", returns.tasks),
    ("计划指标.dbf", returns.quotas),
    ("边界控制指标.xlsx", returns.udb_limits),
    ("边界调整.gpkg", returns.udb_changes),
    ("项目.xlsx", projects.projects),
    ("产业目录.xlsx", projects.industry_groups),
    ("标准地控制值.xlsx", projects.land_controls),
)


def files_of(catalogue: Catalogue) -> Iterator[tuple[PurePosixPath, Writer]]:
    """Every file under ``data/``, with what writes it."""
    for some in _coordinate_files():
        name = some[0].name if len(some) == 1 else f"{_park_name(some[0])}_{some[0].zone}带"
        yield PurePosixPath("园区区块") / f"{some[0].park}_{name}.txt", partial(files.coordinate_txt, some)
    for made in parkland.approved():
        yield PurePosixPath(f"批准边界/批准边界_{made.zone}带.shp"), partial(files.written, made, catalogue)
    for made in supply.parcels():
        yield PurePosixPath(f"宗地/宗地_{made.zone}带.gpkg"), partial(files.written, made, catalogue)
    for name, maker in _SINGLE:
        yield PurePosixPath(name), partial(files.written, maker(), catalogue)
    for year in rasters.YEARS:
        yield PurePosixPath(f"land_cover_{year}.tif"), partial(write.whole, make=partial(rasters.write, year))


def _coordinate_files() -> Iterator[list[Block]]:
    for park in parks():
        if park.id in _ONE_TXT_A_BLOCK:
            yield from ([block] for block in park.blocks)
            continue
        for zone in sorted({block.zone for block in park.blocks}):
            yield [block for block in park.blocks if block.zone == zone]


def _park_name(block: Block) -> str:
    return next(park.name for park in parks() if park.id == block.park)
