"""The channels that are shipped. Each is off until its settings are given; none is needed.

The HTTP forms are those of the makers' group robots (WeCom and DingTalk: JSON {"msgtype": "text", …}, answer
{"errcode": 0}); text messages go to a gateway of the city as JSON with a bearer key.
"""

import base64
import hashlib
import hmac
import http.client
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.mail import send_mail

from onegrid.accounts.identity.models import User
from onegrid.accounts.notices.plugins import CHANNELS, Channel, Message, NotSent, Refusing, ToPhone
from onegrid.kit.patience import Patience

PATIENCE = 10.0  # seconds for all: connecting, the headers, the last byte read


def opener(patience: Patience) -> urllib.request.OpenerDirector:
    """As urllib.request's own, on connections that `patience` ends."""

    def ended(kind: type[http.client.HTTPConnection]) -> Callable[..., http.client.HTTPConnection]:
        def make(*given: Any, **more: Any) -> http.client.HTTPConnection:
            link = kind(*given, **more)
            link._create_connection = patience.connect  # type: ignore[attr-defined]  # no public way to say it
            return link

        return make

    class Plain(urllib.request.HTTPHandler):
        def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(ended(http.client.HTTPConnection), req)

    class Secure(urllib.request.HTTPSHandler):
        def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(ended(http.client.HTTPSConnection), req)

    return urllib.request.build_opener(Plain, Secure)


class HttpChannel(Channel):
    """POSTs JSON to a peer of the city's choosing."""

    def post(self, url: str, body: Mapping[str, object], headers: Mapping[str, str] | None = None) -> dict:
        """The peer's answer. NotSent when it is away or busy, Refusing when it says no (4xx)."""
        request = urllib.request.Request(
            url,
            json.dumps(body, ensure_ascii=False).encode(),
            {"Content-Type": "application/json; charset=utf-8", **(headers or {})},
        )
        try:
            with Patience(PATIENCE) as patience, opener(patience).open(request, timeout=PATIENCE) as answer:
                given = answer.read(65_536)
            return json.loads(given or b"{}")
        except urllib.error.HTTPError as trouble:
            if trouble.code in (408, 429) or trouble.code >= 500:
                raise NotSent(f"HTTP {trouble.code}") from None
            raise Refusing(f"HTTP {trouble.code}") from None
        except (OSError, http.client.HTTPException, ValueError) as trouble:
            raise NotSent(type(trouble).__name__) from None


@CHANNELS.register("sms")
class TextMessage(HttpChannel):
    """短信, through a gateway that takes {"id", "to", "text"}; the same id is sent once."""

    name = "短信 SMS"

    def ready(self) -> bool:
        return bool(settings.SMS_URL)

    def reaches(self, user: User) -> bool:
        return bool(user.phone)

    def send(self, message: Message) -> None:
        self.send_to_phone(ToPhone(message.key, message.recipient.phone or "", message.title))

    def reaches_phones(self) -> bool:
        return True

    def send_to_phone(self, message: ToPhone) -> None:
        self.post(
            settings.SMS_URL or "",
            {"id": message.key, "to": dialled(message.phone), "text": message.text},
            {"Authorization": f"Bearer {settings.SMS_KEY}", "Idempotency-Key": message.key},
        )


class GroupRobot(HttpChannel):
    """A robot in a work group: one address for all, the recipient is named in the text."""

    def reaches(self, user: User) -> bool:
        return True

    def text(self, message: Message) -> dict:
        lines = [f"{message.recipient.display_name}：{message.title}", message.body]
        content = "\n".join(line for line in lines if line)
        return {"msgtype": "text", "text": {"content": shortened(content, CONTENT_BYTES)}}

    def say(self, url: str, message: Message) -> None:
        answer = self.post(url, self.text(message))
        code = answer.get("errcode", 0)
        if code in BUSY:
            raise NotSent(f"errcode {code}")
        if code:
            raise Refusing(f"errcode {code}: {str(answer.get('errmsg', ''))[:100]}")


def dialled(phone: str) -> str:
    """A number as machines take it: 139 0000-0001 → 13900000001."""
    return re.sub(r"[^0-9+]", "", phone)


def shortened(text: str, most: int) -> str:
    """Of at most so many bytes in UTF-8, whole characters; what was cut off ends with …"""
    written = text.encode()
    if len(written) <= most:
        return text
    return written[: most - len("…".encode())].decode(errors="ignore") + "…"


CONTENT_BYTES = 2048  # that a robot of WeCom takes in a text; DingTalk takes more
BUSY = {-1, 45009, 130101}  # busy (WeCom), too many a minute (WeCom), too many a minute (DingTalk)


@CHANNELS.register("wecom")
class WeCom(GroupRobot):
    """企业微信 group robot."""

    name = "企业微信 WeCom"

    def ready(self) -> bool:
        return bool(settings.WECOM_URL)

    def send(self, message: Message) -> None:
        self.say(settings.WECOM_URL or "", message)


@CHANNELS.register("dingtalk")
class DingTalk(GroupRobot):
    """钉钉 group robot, signed when a secret is set (HMAC-SHA256 over "timestamp\\nsecret")."""

    name = "钉钉 DingTalk"

    def ready(self) -> bool:
        return bool(settings.DINGTALK_URL)

    def send(self, message: Message) -> None:
        self.say(
            signed(settings.DINGTALK_URL or "", settings.DINGTALK_SECRET, round(time.time() * 1000)), message
        )


def signed(url: str, secret: str, milliseconds: int) -> str:
    """The robot's address with timestamp and signature; unchanged without a secret."""
    if not secret:
        return url
    mac = hmac.digest(secret.encode(), f"{milliseconds}\n{secret}".encode(), hashlib.sha256)
    words = urlencode({"timestamp": milliseconds, "sign": base64.b64encode(mac).decode()})
    return f"{url}{'&' if '?' in url else '?'}{words}"


@CHANNELS.register("mail")
class Mail(Channel):
    """E-mail, by Django's mail settings."""

    name = "电子邮件 E-mail"

    def ready(self) -> bool:
        return bool(settings.EMAIL_HOST)

    def reaches(self, user: User) -> bool:
        return bool(user.email)

    def send(self, message: Message) -> None:
        try:
            send_mail(message.title, message.body, None, [message.recipient.email])
        except OSError as trouble:
            raise NotSent(type(trouble).__name__) from None


@CHANNELS.register("demo")
class LocalOutbox(Channel):
    """Sends nothing: the message stays in the outbox page, so that nothing leaves the machine in the demo."""

    name = "本机发件箱 Local outbox"
    leaves = False

    def ready(self) -> bool:
        return bool(settings.DEMO_CHANNEL)

    def reaches(self, user: User) -> bool:
        return True

    def send(self, message: Message) -> None:
        """Nothing to do: the row that is being delivered is what the outbox page shows."""

    def reaches_phones(self) -> bool:
        return True

    def send_to_phone(self, message: ToPhone) -> None:
        """Nothing to do, as above."""
