"""The words of the page, in both languages."""

from __future__ import annotations

from geoparks.text import Text

STRINGS = {
    "layers": Text("图层", "Layers"), "findings": Text("问题", "Findings"), "none": Text("没有问题", "No findings"),
    "reset": Text("全图", "Whole map"), "measure": Text("量测", "Measure"), "swipe": Text("卷帘对比", "Swipe"),
    "print": Text("打印", "Print"), "picture": Text("保存图片", "Save as picture"), "copy": Text("复制链接", "Copy the link"),
    "copied": Text("链接已复制", "Link copied"), "close": Text("关闭", "Close"), "finish": Text("闭合", "Close the ring"),
    "clear": Text("清除", "Clear"), "length": Text("长度", "Length"), "perimeter": Text("周长", "Perimeter"), "area": Text("面积", "Area"),
    "area_words": Text("{mu} 亩 / {ha} 公顷 / {m2} 平方米（椭球面积）", "{mu} mu / {ha} ha / {m2} m² (ellipsoidal)"),
    "measure_hint": Text("在图上依次点击；双击或点“闭合”得面积", "Click along the map; double-click or “Close the ring” for an area"),
    "rule": Text("规则", "Rule"), "severity": Text("严重程度", "Severity"), "article": Text("依据", "Article"), "quote": Text("条文", "Words"),
    "fix": Text("处理建议", "What to do"), "measured": Text("实测", "Measured"), "expected": Text("要求", "Expected"),
    "responsible": Text("责任单位", "Responsible"), "accepted": Text("已接受", "Accepted"), "no_place": Text("没有图上位置", "It has no place on the map"),
    "all_rules": Text("全部规则", "All rules"), "all_severities": Text("全部程度", "All severities"), "previous": Text("上一个问题", "Previous finding"),
    "next": Text("下一个问题", "Next finding"), "more": Text("已列 {shown} 项，共 {count} 项，点此继续", "{shown} of {count} shown: more"),
    "theme": Text("按什么上色", "Coloured by"), "no_theme": Text("（不分色）", "(one colour)"), "year": Text("年份", "Year"), "scheme": Text("分级方法", "Classification"),
    "scheme_quantiles": Text("分位数", "Quantiles"), "scheme_natural": Text("自然断点", "Natural breaks"), "scheme_equal": Text("等距", "Equal intervals"),
    "scheme_manual": Text("指定界限", "Given bounds"), "filter": Text("筛选", "Filter"), "filter_value": Text("值，回车", "value, Enter"),
    "field": Text("字段", "Field"), "operator": Text("比较", "Comparison"), "contains": Text("包含", "contains"), "search": Text("输入名称或编号查找", "Search by name or number"),
    "found": Text("找到 {count} 个", "{count} found"), "more_hits": Text("只列出前几个，请输入更多字", "Only the first are listed: type more"),
    "left": Text("左", "Left"), "right": Text("右", "Right"), "landscape": Text("横向", "landscape"), "upright": Text("纵向", "upright"),
    "source": Text("数据：", "Data: "), "zone": Text("3 度带第 {zone} 带", "3° zone {zone}"), "bases": Text("底图", "Base maps"), "sheets": Text("分幅", "Sheets"),
    "ask_token": Text("请输入本单位的天地图密钥（tk），只保存在本浏览器的本次会话中", "The office's own key (tk) for Tianditu; it stays in this browser's session"),
    "zoom_in": Text("放大", "Zoom in"), "zoom_out": Text("缩小", "Zoom out"), "menu": Text("图层与问题", "Layers and findings"),
    "old": Text("此地图需要较新的浏览器（Chrome、Edge 80 以上，360 请用极速模式）。", "This map needs a recent browser (Chrome or Edge 80 and later)."),
}  # fmt: skip
