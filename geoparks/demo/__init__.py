"""The Ordos demonstration: a workspace of made data with planted, documented faults and known answers.

``make`` writes it. Where things are is in ``parks.toml``, what is wrong with them in ``faults.py``, and what a check
must find in ``answers.toml``, worked out by hand. The same bytes come out on every run.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from geoparks import progress
from geoparks.catalog import layer as layers
from geoparks.config import FILE
from geoparks.errors import WorkspaceError
from geoparks.text import Text

_WEIGHTS = "office-evaluation.toml"  # in the place of the shipped one, which is empty
_CONFIG = """\
# 演示工作区：全部数据为虚构，不代表任何真实园区。可随意修改；重新运行 geoparks demo 会改回原样。
name = "鄂尔多斯演示（虚构数据）"
made = true              # 每一份输出都会注明“虚构”
policy = "ordos"         # 政策包：自治区文件，加鄂府发〔2022〕135号
lang = "zh"
on = 2024-06-30          # 检查基准日
year = 2023              # 统计年度

[settings]
merge_output_per_mu = 400        # 亩均产值的“要求”（万元/亩）：文件没有数，由单位填写；这里是虚构的
merge_investment_per_mu = 30     # 亩均工业固定资产投资的“要求”（万元/亩）：同上

[land_cover]
built = [50]             # 地表覆盖中表示建成区的类别值
legend = "WorldCover"    # 类别值的图例

[units.quotas]
"计划指标" = "亩"        # DBF 的列名只有十个字节，写不下单位，在此写明
"""


def make(folder: Path) -> None:
    """Write the demonstration into a folder: a new one, an empty one, or one that is a demonstration already.

    Files of other names in it are kept. Raises WorkspaceError for any other folder that is not empty.
    """
    _refuse_foreign(folder)
    from geoparks import write as writing
    from geoparks.demo import answers, layout

    folder.mkdir(parents=True, exist_ok=True)
    # First of all, so that a demonstration that was cut short is known for one and can be made again.
    (folder / FILE).write_text(_CONFIG, "utf-8", newline="\n")
    catalogue = layers.load()
    for path, write in layout.files_of(catalogue):
        progress.say(Text(f"生成 {path.name}", f"making {path.name}"))
        write(folder / "data" / path)
    answers.write(folder / "已知问题.xlsx")
    weights = Path(__file__).parent / _WEIGHTS
    writing.whole(folder / "policies" / _WEIGHTS, lambda target: target.write_bytes(weights.read_bytes()))


def _refuse_foreign(folder: Path) -> None:
    """Keep off a folder that somebody else's files are in."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if folder.is_dir() and (folder / FILE).is_file():
        try:
            with (folder / FILE).open("rb") as stream:
                if tomllib.load(stream).get("made") is True:
                    return
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            pass  # whatever it is, it is no demonstration
    raise WorkspaceError(
        Text(
            "这里已有别的文件，不是演示工作区，未作改动",
            "there are other files here, no demonstration; nothing was changed",
        ),
        where=str(folder),
        mend=Text("请换一个新的文件夹。", "Choose a new folder."),
    )
