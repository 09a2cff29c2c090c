"""D02: a feature of a layer was lost while its file was read. What the blocks lost is under B11."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.losses import position_of
from geoparks.records import Fault, Measurement, Rule, Subject, Words
from geoparks.rules.unread_geometry import TITLES
from geoparks.text import Text

RULE = Rule(
    id="D02",
    title=Text("其他图层的图形未能读入", "Geometry of other layers that did not arrive"),
    about=Text(
        "区块以外各图层中没有读入的图形，以及被截断的文件；以这些图层为依据的规则，结论不作“符合”。",
        "Geometry of layers other than the blocks that could not be read, and files that are cut off; rules that rely on such"
        " a layer do not pass.",
    ),
    subjects=(),
    needs=(),
    faults={
        code: Words(
            title=title,
            message=Text(
                "{layer}：" + title.zh + "（{file}，第 {row} 行：{note}）。",
                "{layer}: " + title.en + " ({file}, row {row}: {note}).",
            ),
            fix=Text("从原软件重新导出完整的文件。", "Export the complete file again from where it was made."),
        )
        for code, title in TITLES.items()
        if code != "empty_geometry"
    },
)


def geometry_lost(layers: Dataset) -> Iterator[Measurement]:
    """1 for every loss that a reader saw, 0 for every layer, so that its row says it was looked at."""
    for name in layers:
        if name == "blocks":
            continue
        features = layers[name]
        whole = Subject(name, "", features.layer.title.zh)
        yield Measurement(whole, "file_truncated", value=0.0)
        for fault in features.faults:
            if fault.code in RULE.faults:
                position = position_of(features, fault)
                yield _told(whole if position is None else features.subject(position), features.layer.title, fault)


def _told(subject: Subject, layer: Text, fault: Fault) -> Measurement:
    row = "—" if fault.row is None else fault.row
    words = {"layer": layer, "file": fault.path, "row": row, "note": fault.note}
    return Measurement(subject, fault.code, value=1.0, row=fault.row, words=words)
