"""What other registers hear of members: they know members, members do not know them."""

from django.dispatch import Signal

#: Sent with `member`, inside the action, when what is personal of someone is destroyed (销毁个人信息).
forgotten = Signal()
