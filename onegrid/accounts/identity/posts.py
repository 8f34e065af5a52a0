"""The posts (岗位) people hold. What a post may do is a matter of roles; a post says what somebody is."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PostKind(models.TextChoices):
    """GB/T 34300 and local rules name them differently; these are the glossary's words."""

    GRID_WORKER = "grid_worker", _("Grid worker")  # 网格员
    DEPUTY = "deputy", _("Deputy grid worker")  # 副网格员
    GRID_HEAD = "grid_head", _("Grid head")  # 网格长
    INSTRUCTOR = "instructor", _("Grid instructor")  # 网格指导员
    ASSISTANT = "assistant", _("Assistant")  # 协管员
    BUILDING_CAPTAIN = "building_captain", _("Building captain")  # 楼长
    VOLUNTEER = "volunteer", _("Volunteer")  # 志愿者
    COMMUNITY_CLERK = "community_clerk", _("Community clerk")  # 社区工作人员
    CLERK = "clerk", _("Acceptance clerk")  # 受理员
    DISPATCHER = "dispatcher", _("Dispatcher")  # 派遣员
    SHIFT_LEADER = "shift_leader", _("Shift leader")  # 值班长
    OFFICER = "officer", _("Department officer")  # 处置人员
    LEADER = "leader", _("Leader")  # 领导
    PROPERTY_CLERK = "property_clerk", _("Property clerk")  # 物业人员
    OPERATOR = "operator", _("Platform operator")  # 平台管理员
