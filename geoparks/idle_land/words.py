"""Why a parcel is idle, is not, or cannot be judged, in words."""

from __future__ import annotations

from geoparks.text import Text

WHY = {
    "disputed": Text("同一宗地有几行，数值不同", "several rows of this parcel say different things"),
    "not_supplied": Text("尚未供应", "not supplied yet"),
    "unclear_day": Text(
        "{field}填了但不能用（不是日期，或者是占位日期）",
        "{field} is filled in and cannot be used (no date, or a filler)",
    ),
    "unclear_number": Text("{number}填了但不能用（不是数字）", "{number} is filled in and cannot be used (no number)"),
    "finish_before_start": Text(
        "竣工日期 {finished} 早于实际动工日期 {started}，互相矛盾",
        "finished on {finished}, before it was started on {started}",
    ),
    "finished": Text("{finished} 已竣工", "finished on {finished}"),
    "negative_days": Text("豁免天数为负", "a negative number of exempt days"),
    "foundation_short": Text(
        "填有实际动工日期 {started}，但基础只完成 {foundation}，不到第三十条的动工标准，互相矛盾",
        "started on {started}, but only {foundation} of the foundation is done: less than article 30 asks for",
    ),
    "permit_after_start": Text(
        "施工许可日期 {permit} 晚于实际动工日期 {started}，互相矛盾",
        "the permit of {permit} is later than the start on {started}",
    ),
    "stop_before_start": Text(
        "中止日期 {stopped} 早于实际动工日期 {started}，互相矛盾",
        "stopped on {stopped}, before it was started on {started}",
    ),
    "building": Text("{started} 已动工，没有中止", "started on {started} and not stopped"),
    "enough": Text(
        "{stopped} 中止，但已开发面积 {area}、已投资 {invested}，都不低于界限",
        "stopped on {stopped}, but {area} of the area and {invested} of the investment were reached",
    ),
    "stopped_short": Text("{stopped} 中止，到基准日未满一年", "stopped on {stopped}: not a year yet"),
    "shares_unknown": Text(
        "{stopped} 中止已满一年，但开发面积或投资的比例不明（面积 {area}、投资 {invested}）",
        "stopped on {stopped} for a year, but the shares are not known (area {area}, investment {invested})",
    ),
    "type_b": Text(
        "{stopped} 中止，{full} 满一年；已开发面积 {area}、已投资 {invested}，可以认定为闲置土地",
        "stopped on {stopped}, a year on {full}; {area} of the area, {invested} of the investment: may be determined idle",
    ),
    "stop_without_start": Text("有中止日期而没有实际动工日期，互相矛盾", "a day of stopping without a day of starting"),
    "area_without_start": Text("有已动工面积而没有实际动工日期，互相矛盾", "a started area without a day of starting"),
    "foundation_done": Text(
        "基础已达到动工标准而没有实际动工日期，互相矛盾", "the foundation is done, without a day of starting"
    ),
    "agreed_before_supplied": Text(
        "约定动工日期 {agreed} 早于供地日期 {supplied}，互相矛盾",
        "agreed to start on {agreed}, before it was supplied on {supplied}",
    ),
    "extended_before_agreed": Text(
        "延期后的动工日期 {extended} 早于约定日期 {agreed}，互相矛盾",
        "extended to {extended}, before the agreed {agreed}",
    ),
    "no_dates": Text("没有约定动工日期，也没有交地日期", "neither an agreed start nor a day of delivery"),
    "not_yet": Text("{start_words}，{full} 才满一年", "{start_words}; a year on {full}"),
    "type_a": Text("{start_words}，未动工，{full} 已满一年", "{start_words}, not started; a year on {full}"),
}
START = {
    "extended": Text(
        "补充协议约定 {extended} 动工（原约定 {agreed}）",
        "to start on {extended} by a supplementary agreement (first {agreed})",
    ),
    "agreed": Text("约定 {agreed} 动工", "agreed to start on {agreed}"),
    "delivered": Text(
        "没有约定动工日期，{delivered} 交地，按交地满一年计（第二十二条）",
        "no agreed start; delivered on {delivered}, counted from a year after (article 22)",
    ),
}
EXEMPT = Text("，扣除豁免 {exempt} 天", ", {exempt} exempt days taken off")
AREA_KNOWN_BY = {
    1: Text("应动工面积没有填，按宗地面积计", "the area to be started is not stated: the parcel's own was taken"),
}
NO_CAUSE = Text("原因没有查明，须先调查原因", "the cause is not established: that comes first")
EXCEPTED = Text(
    "动工开发必需的前期工作造成迟延的，法定除外：不征费、不收回，须核实",
    "delayed by necessary preparatory work: excepted from fee and recovery, to be verified",
)
EXCEPTED_UNREAD = Text(
    "是否有动工开发必需的前期工作填了但读不懂，是否属于法定除外无从判断",
    "whether there was necessary preparatory work is filled in and cannot be read: it may be excepted",
)
PRICE_UNREAD = Text(
    "价款填了但读不懂，闲置费算不出", "the price is filled in and cannot be read: the fee cannot be computed"
)
NO_PRICE = Text("没有填价款，闲置费算不出", "no price is stated: the fee cannot be computed")
BY_RECORD = {
    "determined": Text("{determined} 已认定为闲置土地", "determined idle on {determined}"),
    "disposed": Text("{disposed} 已处置（{disposal}）", "disposed of on {disposed} ({disposal})"),
}
AGAIN = Text(
    "曾于 {disposed} 处置，按新约定的动工日期又满一年",
    "disposed of on {disposed}; a year past the newly agreed start again",
)
NOT_FILED = Text(
    "没有备案日期：未按规定备案的，不得采取第十二条的方式处置（第二十五条）",
    "no day of filing: what is not filed may not be disposed of by article 12 (article 25)",
)
FILING_UNREAD = Text(
    "备案日期填了但读不懂，须核实：未按规定备案的，不得采取第十二条的方式处置（第二十五条）",
    "the day of filing is filled in and cannot be read: what is not filed may not be disposed of by article 12 (article 25)",
)
MORTGAGED = Text("设有抵押权，须书面通知抵押权人 {mortgagee}", "mortgaged: {mortgagee} must be told in writing")
TOO_LONG = Text(
    "补充协议延长的期限超过一年（第十二条第一项最长一年）", "extended by more than the year that article 12 allows"
)
LATE_DELIVERY = Text(
    "交地日期 {delivered} 晚于约定动工日期，是否属于第八条第一项须查明",
    "delivered on {delivered}, after the agreed start: article 8 (1) may apply",
)
FARMLAND = Text(
    "审批占用耕地 {area} 公顷，另依{document}{article}：一年内不用而可以耕种的，恢复耕种；一年以上未动工的，缴纳闲置费；连续二年未使用的，经原批准机关批准无偿收回",
    "farmland of {area} ha was taken by approval, so {document} {article} applies too: tilled again within the first year, a fee after it,"
    " recovered after two with the approval of who approved it",
)
NO_COST = Text("闲置费不得列入生产成本", "the fee is no cost of production")
