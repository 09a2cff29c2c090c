"""Generate the pages that say what the declarations say: rules, layers, indicators. ``--check`` only compares."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

from geoparks import units
from geoparks.catalog import layer as layers
from geoparks.catalog import policy
from geoparks.limits import limit_in_words
from geoparks.rulebook import rulebook
from geoparks.words import ROWS, SEVERITY

DOCS = Path(__file__).resolve().parent.parent / "docs"
NOTE = "<!-- 由 scripts/docs.py 生成，请勿手改；改 policies/、layers/ 或 geoparks/rules/ 后重新生成。 -->\n\n"
AS_OF = dt.date(2026, 1, 1)


def rules_page() -> str:
    """Every rule with its clauses, as the widest pack has them."""
    pack = policy.load("ordos")
    lines = [NOTE, "# 规则\n\n每条规则量什么、依据哪一条、限值多少。限值都在 `policies/`，程序里没有法规数字。\n"]
    for page in rulebook(pack, None, AS_OF):
        lines.append(
            f"\n## {page['id']} {page['title']['zh']} <small>`{page['name']}`</small>\n\n{page['about']['zh']}\n\n"
        )
        needs = "、".join(f"`{name}`" for name in page["needs"]) or "—"
        uses = "、".join(f"`{name}`" for name in page["uses"]) or "—"
        lines.append(f"需要的图层：{needs}；可用的图层：{uses}\n\n")
        lines.append("| 依据 | 严重程度 | 限值 | 自 | 条文 |\n|---|---|---|---|---|\n")
        seen = set()
        for clause in page["clauses"]:
            where = f"{clause['document']} {clause['article']}".replace(" —", "")
            row = (
                where if clause["is_law"] else "工具设定（不是法规）",
                SEVERITY[clause["severity"]].zh,
                clause["limit"]["zh"] if clause["limit"] else "由单位填写",
                (clause["due_on"] + " 之后") if clause["due_on"] else clause["in_force_from"] or "",
                clause["quote"],
            )
            if row not in seen:
                lines.append("| " + " | ".join(row) + " |\n")
                seen.add(row)
        lines.append("\n| 问题代码 | 含义 | 处理建议 |\n|---|---|---|\n")
        for fault in page["faults"]:
            lines.append(f"| `{fault['code']}` | {fault['title']['zh']} | {fault['fix']['zh']} |\n")
    return "".join(lines)


def layers_page() -> str:
    """Every layer with its fields and the names they answer to."""
    catalogue = layers.load()
    lines = [
        NOTE,
        "# 图层\n\n文件按英文名、中文名或数据库名认出图层；列名同理。面积、金额等列名要写单位，例如“批准面积（公顷）”。\n",
    ]
    for layer in catalogue.layers.values():
        lines.append(f"\n## {layer.title.zh} <small>`{layer.name}`</small>\n\n{layer.about.zh}\n\n")
        aliases = "、".join(layer.aliases) or "—"
        lines.append(
            f"图形：{layer.geometry}；主键：{'、'.join(layer.key) or '—'}；别名：{aliases}；来源：{layer.authority.zh or '—'}\n\n"
        )
        if layer.fields:
            lines.append("| 字段 | 中文 | 类型 | 单位 | 别名 |\n|---|---|---|---|---|\n")
        for field in layer.fields.values():
            unit = units.UNITS[field.unit].title.zh if field.unit else ""
            kind = f"{field.type}（{field.codes}）" if field.codes else field.type
            names = "、".join((*field.aliases, *(name for name in field.fixed_units if name not in field.aliases)))
            lines.append(f"| `{field.name}` | {field.title.zh} | {kind} | {unit} | {names} |\n")
    return "".join(lines)


def indicators_page() -> str:
    """Every figure with its formula and where it stands; then every goal."""
    pack = policy.load("ordos")
    lines = [
        NOTE,
        "# 指标\n\n每个指标的公式、单位和出处。出处为“工具定义”的不是法规。指标编号见结果文档的 `indicators`。\n",
    ]
    for row in dict.fromkeys(name.split(".")[0] for name in sorted(pack.indicators)):
        title = ROWS[row].zh if row in ROWS else ""
        lines.append(f"\n## {row} {title}\n\n| 编号 | 指标 | 单位 | 公式 | 出处 | 说明 |\n|---|---|---|---|---|---|\n")
        for name, spec in pack.indicators.items():
            if name.split(".")[0] != row:
                continue
            where = f"{spec.document.number} {spec.article}" if spec.document.is_law else "工具定义"
            unit = "%" if spec.unit == "ratio" else units.UNITS[spec.unit].title.zh if spec.unit in units.UNITS else ""
            told = "；".join([*([spec.note.zh] if spec.note.zh else []), *(one.words.zh for one in spec.follows)])
            lines.append(f"| `{name}` | {spec.title.zh} | {unit} | {spec.formula.zh} | {where} | {told} |\n")
    lines.append("\n## 目标\n\n| 编号 | 目标 | 指标 | 要求 | 到期 | 出处 | 条文 |\n|---|---|---|---|---|---|---|\n")
    for clause in pack.clauses:
        if clause.target:
            limit = limit_in_words(clause, pack, AS_OF)
            base = f"（{clause.base_year} 年的倍数）" if clause.base_year is not None else ""
            lines.append(
                f"| `{clause.rule}.{clause.target}` | {clause.title.zh} | `{clause.figure}` | {limit.zh if limit else ''}{base} |"
                f" {clause.due_on or '—'} | {clause.document.number} {clause.article} | {clause.quote} |\n"
            )
    return "".join(lines)


PAGES = {"rules.md": rules_page, "layers.md": layers_page, "indicators.md": indicators_page}


def main() -> int:
    stale = []
    for name, make in PAGES.items():
        path, content = DOCS / name, make()
        if "--check" in sys.argv:
            if not path.exists() or path.read_text("utf-8") != content:
                stale.append(name)
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, "utf-8", newline="\n")
    if stale:
        print(
            f"docs/{', docs/'.join(stale)} are not what scripts/docs.py makes: run it and commit the result",
            file=sys.stderr,
        )
    return int(bool(stale))


if __name__ == "__main__":
    sys.exit(main())
