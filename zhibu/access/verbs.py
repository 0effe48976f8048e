"""The verbs in words, for the log and the page of roles."""

from __future__ import annotations

from collections.abc import Mapping

REGISTERS: Mapping[str, str] = {
    "organizations": "组织",
    "members": "党员",
    "activities": "活动",
    "evidence": "佐证",
    "roster": "名册",
    "dues": "党费",
    "norm": "规范",
    "desk": "检查",
    "access": "账号",
    "log": "日志",
}

VERBS: Mapping[str, str] = {
    "activities.attach": "添加附件",
    "activities.attendance": "登记出勤",
    "activities.cancel": "取消活动",
    "activities.confirm": "确认联合活动",
    "activities.correct": "更正活动",
    "activities.detach": "移除附件",
    "activities.evaluate": "写总结评价",
    "activities.evaluation": "写总结评价",
    "activities.file": "资料归档",
    "activities.leave": "退出联合活动",
    "activities.make_up": "登记补学",
    "activities.notice": "信息公布",
    "activities.plan": "计划活动",
    "activities.read": "查看活动",
    "activities.record": "登记活动",
    "activities.restore": "恢复活动",
    "activities.write": "写方案、记录",
    "access.activate": "发激活码",
    "access.create": "建立账号",
    "access.entered": "激活账号",
    "access.factor": "第二步验证变更",
    "access.grant": "授权",
    "access.grant_any": "授予任何角色",
    "access.password": "修改密码",
    "access.read": "查看账号",
    "access.revoke": "收回授权",
    "access.switch": "停用、启用账号",
    "access.undo": "撤回",
    "desk.read": "查看检查结果",
    "evidence.attach": "添加附件",
    "evidence.case": "建立事项",
    "evidence.correct": "更正佐证",
    "evidence.detach": "移除附件",
    "evidence.end": "登记截止",
    "evidence.own": "登记本人心得",
    "evidence.read": "查看佐证",
    "evidence.record": "登记佐证",
    "evidence.restore": "恢复佐证",
    "evidence.withdraw": "撤销佐证",
    "log.read": "查看日志",
    "members.add": "新增党员",
    "members.apply": "办理入党申请",
    "members.change": "修改党员信息",
    "members.confirm": "转正",
    "members.correct": "更正组织关系",
    "members.export": "导出党员名册",
    "members.forget": "销毁个人信息",
    "members.leave": "转出",
    "members.read": "查看党员",
    "members.recategorise": "变更身份",
    "members.transfer": "转接组织关系",
    "members.unmask": "查看完整号码",
    "norm.read": "查看规范",
    "organizations.appoint": "任职",
    "organizations.change_kind": "改类型",
    "organizations.correct": "更正",
    "organizations.describe": "修改组织资料",
    "organizations.dissolve": "撤销组织",
    "organizations.establish": "设立组织",
    "organizations.establishment": "登记编制",
    "organizations.move": "改隶",
    "organizations.read": "查看组织",
    "organizations.recategorise": "改类别",
    "organizations.relieve": "免职",
    "organizations.rename": "更名",
    "organizations.term": "登记届期",
    "organizations.use": "登记启用日期",
}


def title(verb: str) -> str:
    """A verb in words; one that has none is shown as it is, with its register in words."""
    if verb in VERBS:
        return VERBS[verb]
    register, _, deed = verb.partition(".")
    return f"{REGISTERS.get(register, register)}：{deed}"
